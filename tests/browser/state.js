/**
 * state: what the user has done to a page with scripts stays over a reload.
 */

import assert from 'node:assert/strict';

import { until } from '../support/server.js';
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

/** @param {import('./site.js').Tab} tab */
async function isRestored(tab) {
  await tab.shows('complete', () => document.readyState);
  await tab.shows(true, () =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('update.js')),
  );
  // What it restores is restored when the module has run.
  await tab.ask((url) => import(url).then(() => true), '/__liveserve/update.js');
}

/** @param {TestSite} testSite */
function testWhatNobodyTouched(testSite) {
  testSite(
    'what is written in an element, and what stands there for browsers without scripts, follow the document',
    {
      'index.html': page(
        '<h1>one</h1><div contenteditable>one<noscript><b>text</b></noscript></div>',
      ),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      site.write(
        'index.html',
        page('<h1>two</h1><div contenteditable>two<noscript><b>text</b></noscript></div>'),
      );
      await tab.showsText('h1', 'two');
      await isRestored(tab);
      assert.match(
        (await tab.ask(() => document.querySelector('[contenteditable]').textContent)) ?? '',
        /^two/,
      );
    },
  );

  const button = '<input type="radio" name="r" checked>';
  testSite(
    'buttons of a form that comes to lie in another one stay as the document says',
    {
      'index.html': page(
        `<h1>one</h1><input name="a"><form>${button}</form><form>${button}</form>`,
      ).replace('<html', '<html data-liveserve="reload"'),
    },
    async ({ open, site }) => {
      const tab = await open();
      const checked = () => document.querySelectorAll('form :checked').length;
      await tab.shows(2, checked);
      await tab.page.type('[name=a]', 'typed');
      site.edit(
        'index.html',
        'one</h1><input name="a"><form>',
        'two</h1><input name="a"><form><div>',
      );
      await tab.showsText('h1', 'two');
      await tab.shows('typed', () => document.querySelector('input').value);
      await isRestored(tab);
      await tab.shows(2, checked);
      assert.ok(await tab.ask(() => !!document.querySelector('form form')));
    },
  );

  testSite(
    'of radio buttons in no form that are all checked in the document, the last one stays so over a reload',
    {
      'index.html': page(`<h1>one</h1><input name="a"><p>${button}</p><p>${button}</p>`).replace(
        '<html',
        '<html data-liveserve="reload"',
      ),
    },
    async ({ open, site }) => {
      const tab = await open();
      const checked = () => [...document.querySelectorAll('p *')].map((one) => one.checked).join();
      await tab.shows('false,true', checked);
      await tab.page.type('[name=a]', 'typed');
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      await tab.shows('typed', () => document.querySelector('input').value);
      await isRestored(tab);
      await tab.shows('false,true', checked);
    },
  );

  testSite(
    'of radio buttons in no form that are all checked in the document, one that is left alone by an edit is checked',
    { 'index.html': page(`<p>${button}</p><p>${button}</p>`) },
    async ({ open, site }) => {
      const tab = await open();
      const checked = () => [...document.querySelectorAll('p *')].map((one) => one.checked).join();
      await tab.shows('false,true', checked);
      await tab.hears('state');
      site.write('index.html', page(`<p>${button}</p><form><p>${button}</p></form>`));
      await tab.shows('true,true', checked);
      assert.ok(await tab.isSameDocument());
    },
  );
}

/** @param {TestSite} testSite */
export function testState(testSite) {
  testSite(
    'a policy that wants trusted types does not cost what was typed',
    {
      'index.html': page(
        '<h1>one</h1><input name="a"><p contenteditable>text</p><script>window.ran = true</script>',
        `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'">`,
      ),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      await tab.ask(() => {
        document.querySelector('input').value = 'typed';
        document.querySelector('p').textContent = 'written';
      });
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      await tab.shows('typed', () => document.querySelector('input').value);
    },
  );

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

const SCRIPT = '<script>window.ran = true</script>';

/**
 * What the page is, what is done in it, what it then becomes, and what the fields say after that.
 *
 * @type {[string, string, () => any, string, string][]}
 */
const HOMES = [
  [
    'fields of other names',
    '<input name="a"><input name="b">',
    () => document.querySelectorAll('input').forEach((one) => (one.value = one.name)),
    '<input name="b"><input name="c">',
    'b,',
  ],
  [
    'a form that goes, and one with the same field that stays',
    '<form><input name="q" aria-label="one"></form><form><input name="q" aria-label="two"></form>',
    () => (document.querySelector('input').value = 'typed'),
    '<form><input name="q" aria-label="two"></form>',
    '',
  ],
  [
    'a form in front of two with the same field',
    '<form><input name="q"></form><form><input name="q"></form>',
    () => (document.querySelectorAll('input')[1].value = 'typed'),
    '<form><input name="q"></form><form><input name="q"></form><form><input name="q"></form>',
    ',,',
  ],
  [
    'an id that comes a second time',
    '<input id="i">',
    () => (document.querySelector('input').value = 'typed'),
    '<input id="i"><input id="i">',
    ',',
  ],
  [
    'a chosen radio button that goes',
    '<input type="radio" name="r" value="1" checked><input type="radio" name="r" value="2">',
    () => document.querySelectorAll('input')[1].click(),
    '<input type="radio" name="r" value="1" checked><input type="radio" name="r" value="3">',
    'true,false',
  ],
  [
    'a field in a shadow root',
    '<div id="host"><template shadowrootmode="open"><input name="s"></template></div><input name="s">',
    () => (document.querySelector('#host').shadowRoot.querySelector('input').value = 'typed'),
    '<input name="new"><div id="host"><template shadowrootmode="open"><input name="s"></template></div><input name="s">',
    ',,typed',
  ],
  [
    'a field that a script makes late',
    `<div id="d"></div><script>addEventListener('load', () => setTimeout(() => (d.innerHTML = '<input name="late">'), 300))</script>`,
    async () => {
      while (!document.querySelector('input')) await new Promise((done) => setTimeout(done, 10));
      document.querySelector('input').value = 'typed';
    },
    `<p>new</p><div id="d"></div><script>addEventListener('load', () => setTimeout(() => (d.innerHTML = '<input name="late">'), 300))</script>`,
    'typed',
  ],
];

/** Runs in the page. */
const fieldsOf = () => {
  const all = (root) => [...root.querySelectorAll('input')];
  const shadow = document.querySelector('#host')?.shadowRoot;
  return [...all(document), ...(shadow ? all(shadow) : [])]
    .map((one) => (one.type === 'radio' ? one.checked : one.value))
    .join();
};

/** Runs in the page. What we have left in the storage. */
const leftovers = () =>
  Object.keys(sessionStorage)
    .filter((key) => /liveserve keep/.test(key))
    .join();

/** @param {TestSite} testSite */
export function testFilledIn(testSite) {
  testSite(
    'a field that a script fills in says what the new script says, until the user writes into it',
    {
      'index.html':
        page(`<h1>one</h1><input name="a"><input name="b"><input name="c" type="checkbox">
        <script>
          for (const one of document.querySelectorAll('[name=a],[name=b]')) one.value = 'one';
          document.querySelector('[name=c]').checked = true;
        </script>`),
    },
    async ({ open, site }) => {
      const said = () =>
        [...document.querySelectorAll('input')].map((one) => one.checked || one.value).join();
      const tab = await open();
      await tab.shows('one,one,true', said);
      await tab.ask(() => (document.querySelector('[name=b]').value = 'typed'));
      site.edit('index.html', /one/g, 'two');
      await tab.shows('two,typed,true', said);
      site.edit('index.html', 'checked = true', 'checked = false');
      site.edit('index.html', '<h1>two', '<h1>three');
      await tab.showsText('h1', 'three');
      await tab.shows('two,typed,on', said);
    },
  );
}

/** @param {TestSite} testSite */
export function testHomes(testSite) {
  testWhatNobodyTouched(testSite);
  for (const [what, before, act, after, expected] of HOMES) {
    testSite(
      `what was entered is where it belongs, or nowhere: ${what}`,
      { 'index.html': page(`<h1>one</h1>${before}${SCRIPT}`) },
      async ({ open, site }) => {
        const tab = await open();
        await tab.shows('complete', () => document.readyState);
        await tab.ask(act);
        site.write('index.html', page(`<h1>two</h1>${after}${SCRIPT}`));
        await tab.showsText('h1', 'two');
        await tab.shows('complete', () => document.readyState);
        await tab.shows(expected, fieldsOf);
        assert.equal(await tab.ask(leftovers), '');
      },
    );
  }

  testSite(
    'a password is not stored, nor is a shown one',
    {
      'index.html': page(
        `<h1>one</h1><input type="password" name="a"><input name="b"
          autocomplete="current-password"><input name="c">
         <script>addEventListener('pagehide', () =>
           (sessionStorage.seen = JSON.stringify(sessionStorage)))</script>`,
      ),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() =>
        document.querySelectorAll('input').forEach((one) => (one.value = `typed-${one.name}`)),
      );
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      await tab.shows(',,typed-c', fieldsOf);
      const seen = String(await tab.ask(() => sessionStorage.seen));
      assert.match(seen, /typed-c/);
      assert.doesNotMatch(seen, /typed-[ab]/);
    },
  );

  testSite(
    'a text that is too long for the storage does not take the others with it',
    { 'index.html': page(`<h1>one</h1><textarea hidden></textarea><input name="a">${SCRIPT}`) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() => {
        document.querySelector('textarea').value = 'x'.repeat(5300000);
        document.querySelector('input').value = 'typed';
      });
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      await tab.shows('typed', fieldsOf);
    },
  );

  testSite(
    'what was stored for a reload that never came is not restored later',
    { 'index.html': page(`<h1>one</h1><input name="a">${SCRIPT}`) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() => {
        document.querySelector('input').value = 'typed';
        addEventListener('pagehide', () => {
          const place = 'liveserve keep /';
          const state = JSON.parse(sessionStorage[place]);
          sessionStorage.kept = JSON.stringify({ ...state, at: state.at - 60000 });
        });
      });
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      await tab.shows('typed', fieldsOf);
      for (const leave of [
        () => location.reload(),
        () => location.assign(`${location.pathname}?`),
      ]) {
        await tab.ask(() => {
          document.querySelector('input').value = '';
          Object.assign(document, { isOld: true });
          sessionStorage['liveserve keep /'] = sessionStorage.kept;
        });
        await tab.ask(leave);
        await tab.shows('complete', () => !document['isOld'] && document.readyState);
        await tab.shows('', leftovers);
        // What is restored is there before the page has told what it uses.
        await tab.hears('state');
        assert.equal(await tab.ask(fieldsOf), '');
      }
    },
  );

  testSite(
    'a page that has moved on with pushState gets its state',
    { 'one.html': page(`<h1>one</h1><input name="a">${SCRIPT}`) },
    async ({ open, site }) => {
      const tab = await open('one.html');
      await tab.ask(() => {
        history.pushState(null, '', '/two.html');
        document.querySelector('input').value = 'typed';
      });
      site.write('two.html', page(`<h1>two</h1><input name="a">${SCRIPT}`));
      await tab.showsText('h1', 'two');
      await tab.shows('typed', fieldsOf);
      assert.equal(await tab.ask(leftovers), '');
    },
  );

  testSite(
    'what is read stays where it is when it is edited itself, below a new paragraph',
    { 'index.html': page(BODY), 'long.wav': silence(60) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows('complete', () => document.readyState);
      const top = () =>
        [...document.querySelectorAll('p')]
          .find(({ textContent }) => textContent === 'paragraph 32')
          .getBoundingClientRect().top;
      // Firefox may scroll into a pixel, and move to its edge some frames later. At an edge it stays.
      await tab.ask(() => {
        const paragraph = [...document.querySelectorAll('p')].find(
          ({ textContent }) => textContent === 'paragraph 30',
        );
        const top = Math.round(paragraph.getBoundingClientRect().top + scrollY);
        scrollTo({ top, behavior: 'instant' });
      });
      const before = await tab.ask(top);
      site.write(
        'index.html',
        page(
          BODY.replace('<h1>one</h1>', '<h1>two</h1><p>new</p>').replace(
            'paragraph 30<',
            'paragraph thirty<',
          ),
        ),
      );
      await tab.showsText('h1', 'two');
      // Browsers tell a place in small parts of a pixel.
      await until('it to stay', async () => Math.abs((await tab.ask(top)) - before) < 0.1);
    },
  );
}
