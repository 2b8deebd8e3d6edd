/**
 * state: what the user has done to a page with scripts stays over a reload.
 */

import assert from 'node:assert/strict';

import { page } from './site.js';
import { silence } from './sound.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const rows = Array.from({ length: 60 }, (_, i) => `<p>paragraph ${i}</p>`).join('\n');

const BODY = `
  <h1>one</h1>
  <form id="f">
    <input name="first"><input name="last"><input name="city"><textarea name="more">given</textarea>
    <input type="checkbox" name="box"><input type="checkbox" name="given" checked>
    <input type="radio" name="r" value="1" checked><input type="radio" name="r" value="2">
    <select name="one"><option>a<option>b<option>c</select>
    <select name="many" multiple><option>a<option>b<option>c</select>
    <input type="range" name="range" max="10"><input type="color" name="colour">
    <input type="password" name="secret">
  </form>
  <details><summary>first</summary>text</details>
  <details open><summary>second</summary>text</details>
  <div contenteditable>to be written</div>
  <dialog id="dialog"><p>a dialog</p><input name="inside"></dialog>
  <div popover id="popover">a popover</div>
  <audio src="long.wav"></audio>
  <div class="list" style="height: 60px; overflow: auto"><div style="height: 900px">tall</div></div>
  ${rows}
  <div style="height: 3000px"></div>
  <script>window.ran = true</script>`;

/** Runs in the page. Does what a user does. */
async function use() {
  const field = (name) => document.querySelector(`[name=${name}]`);
  for (const [name, value] of [
    ['first', 'Ada'],
    ['last', 'Lovelace'],
    ['city', 'London'],
    ['more', 'typed, too'],
    ['range', '3'],
    ['colour', '#ff0000'],
    ['secret', 'secret'],
    ['inside', 'in the dialog'],
  ])
    field(name).value = value;
  field('box').checked = true;
  field('given').checked = false;
  document.querySelectorAll('[name=r]')[1].checked = true;
  field('one').value = 'b';
  for (const i of [0, 2]) field('many').options[i].selected = true;
  document.querySelectorAll('details')[0].open = true;
  document.querySelectorAll('details')[1].open = false;
  document.querySelector('[contenteditable]').textContent = 'written';
  document.querySelector('#popover').showPopover();
  document.querySelector('audio').muted = true;
  document.querySelector('audio').currentTime = 7;
  document.querySelector('.list').scrollTop = 300;
  document.querySelectorAll('body > p')[30].scrollIntoView({ block: 'start', behavior: 'instant' });
  field('last').focus({ preventScroll: true });
  field('last').setSelectionRange(2, 5, 'backward');
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** Runs in the page. What can be seen of that. */
const traces = () => {
  const field = (name) => document.querySelector(`[name=${name}]`);
  const values = ['first', 'last', 'city', 'more', 'range', 'colour', 'secret', 'inside'];
  const read = [...document.querySelectorAll('body > p')].find(
    (one) => one.getBoundingClientRect().top > -1,
  );
  return JSON.stringify({
    ...Object.fromEntries(values.map((name) => [name, field(name).value])),
    box: field('box').checked,
    given: field('given').checked,
    radio: [...document.querySelectorAll('[name=r]')].findIndex((one) => one.checked),
    one: field('one').value,
    many: [...field('many').selectedOptions].map((option) => option.value).join(),
    details: [...document.querySelectorAll('details')].map(({ open }) => open).join(),
    written: document.querySelector('[contenteditable]').textContent,
    popover: document.querySelector('#popover').matches(':popover-open'),
    played: Math.floor(document.querySelector('audio').currentTime),
    muted: document.querySelector('audio').muted,
    scrolled: document.querySelector('.list').scrollTop,
    read: read.textContent.trim(),
    focus: document.activeElement.getAttribute('name'),
    caret: [
      field('last').selectionStart,
      field('last').selectionEnd,
      field('last').selectionDirection,
    ].join(),
  });
};

const USED = JSON.stringify({
  first: 'Ada',
  last: 'Lovelace',
  city: 'London',
  more: 'typed, too',
  range: '3',
  colour: '#ff0000',
  secret: '',
  inside: 'in the dialog',
  box: true,
  given: false,
  radio: 1,
  one: 'b',
  many: 'a,c',
  details: 'true,false',
  written: 'written',
  popover: true,
  played: 7,
  muted: true,
  scrolled: 300,
  read: 'paragraph 30',
  focus: 'last',
  caret: '2,5,backward',
});

/** @param {TestSite} testSite */
export function testState(testSite) {
  const files = { 'index.html': page(BODY), 'long.wav': silence(60) };

  /** @type {[string, string, (site: import('../support/server.js').Site) => void][]} */
  const changes = [
    ['an edit', USED, (site) => site.edit('index.html', '<h1>one', '<h1>two')],
    [
      'paragraphs, a field and details in front',
      USED.replace('"true,false"', '"false,true,false"'),
      (site) =>
        site.edit(
          'index.html',
          '<h1>one</h1>',
          `<h1>two</h1><p>new</p><p>new, too</p><details><summary>new</summary></details>
           <input name="title"><div>new</div>`,
        ),
    ],
  ];
  for (const [what, expected, change] of changes) {
    testSite(
      `after ${what}, a page with scripts has all that the user did`,
      files,
      async (given) => {
        const tab = await given.open();
        await tab.shows(true, () => document.querySelector('audio').readyState > 0);
        await tab.ask(use);
        change(given.site);
        await tab.showsText('h1', 'two');
        await tab.shows(expected, traces);
        assert.equal(await tab.loads(), 2);
      },
    );
  }

  testSite(
    'a modal dialog is open again, with what was typed in it',
    files,
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() => {
        document.querySelector('dialog').showModal();
        document.querySelector('[name=inside]').value = 'typed';
        document.querySelector('[name=inside]').focus();
      });
      site.edit('index.html', '<h1>one', '<h1>two');
      await tab.showsText('h1', 'two');
      await tab.shows('true,typed,inside', () =>
        [
          document.querySelector('dialog').matches(':modal'),
          document.querySelector('[name=inside]').value,
          document.activeElement.getAttribute('name'),
        ].join(),
      );
    },
  );

  testSite(
    'what nobody touched shows what the edited document says',
    {
      'index.html': page(
        `<h1>one</h1><input type="range" max="10"><input type="color"><input type="checkbox">
         <details><summary>s</summary>x</details><div contenteditable>one</div>
         <select><option>a</select><script>1</script>`,
      ),
    },
    async ({ open, site }) => {
      const tab = await open();
      site.write(
        'index.html',
        page(
          `<h1>two</h1><input type="range" max="100"><input type="color" value="#ff0000">
           <input type="checkbox"><details open><summary>s</summary>x</details>
           <div contenteditable>two</div><select><option>b<option>a</select><script>1</script>`,
        ),
      );
      await tab.showsText('h1', 'two');
      await tab.shows('50,#ff0000,,true,two,b', () =>
        [
          document.querySelector('[type=range]').value,
          document.querySelector('[type=color]').value,
          document.querySelector('[type=checkbox]').getAttribute('value'),
          document.querySelector('details').open,
          document.querySelector('[contenteditable]').textContent,
          document.querySelector('select').value,
        ].join(),
      );
    },
  );

  testSite(
    'a value that has no sure home is dropped',
    {
      'index.html': page('<h1>one</h1><input><input><script>1</script>'),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() => (document.querySelectorAll('input')[0].value = 'typed'));
      site.edit('index.html', '<h1>one</h1><input>', '<h1>two</h1><input><input>');
      await tab.showsText('h1', 'two');
      await tab.shows('complete', () => document.readyState);
      await tab.shows(',,', () =>
        [...document.querySelectorAll('input')].map((one) => one.value).join(),
      );
    },
  );
}
