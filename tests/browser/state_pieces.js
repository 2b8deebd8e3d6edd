/**
 * state_pieces: the pieces of state that a user makes in a page. Each is brought about, then an edit of the page is
 * shown, then each is looked for again: in a page without scripts, which is patched, and in one with, which is
 * loaded again.
 */

import assert from 'node:assert/strict';

import { until } from '../support/server.js';
import { page } from './site.js';
import { silence } from './sound.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const lines = Array.from({ length: 60 }, (_, i) => `<p>paragraph ${i}</p>`).join('\n');
const options = Array.from({ length: 40 }, (_, i) => `<option>option ${i}</option>`).join('');

const BODY = `
  <h1>one</h1>
  <form id="f">
    <input name="first"><input name="last"><input name="mail" type="email">
    <input name="day" type="date"><input name="number" type="number">
    <textarea name="more">given</textarea>
    <textarea name="long" rows="3"></textarea>
    <input type="checkbox" name="box"><input type="checkbox" name="given" checked>
    <input type="radio" name="r" value="1" checked><input type="radio" name="r" value="2">
    <select name="one"><option>a<option>b<option>c</select>
    <select name="many" multiple><option>a<option>b<option>c</select>
    <select name="list" size="4">${options}</select>
    <input type="range" name="range" max="10"><input type="color" name="colour">
  </form>
  <details><summary>first</summary>text</details>
  <details open><summary>second</summary>text</details>
  <div id="editable" contenteditable>to be written</div>
  <dialog id="modal"><p>a dialog</p><input name="inside"></dialog>
  <dialog id="free">another dialog</dialog>
  <div popover id="popover">a popover</div>
  <details name="group"><summary>third</summary>text</details>
  <details name="group" open><summary>fourth</summary>text</details>
  <dialog id="upper">above <button id="press">press</button><div popover id="inner" style="margin: 0">a popover</div></dialog>
  <dialog id="lower">below</dialog>
  <div popover="manual" id="note">a note <a href="#there" id="link">a link</a></div>
  <audio src="long.wav"></audio>
  <div class="list" style="height: 60px; overflow: auto"><div style="height: 900px">tall</div></div>
  <h2 id="there">the target</h2>
  ${lines}
  <div style="height: 3000px"></div>`;

/**
 * What is done in one opening of the page, and by name how each piece of it is read. All functions run in the page;
 * they find elements as a user does, not by their place.
 *
 * @type {{use: () => any, traces: Record<string, () => any>}[]}
 */
const SCENES = [
  {
    async use() {
      const field = (name) => document.querySelector(`[name=${name}]`);
      const entered = {
        first: 'Ada',
        last: 'Lovelace',
        mail: 'ada@example.com',
        day: '1815-12-10',
        number: '7',
        more: 'typed, too',
        long: 'line\n'.repeat(40),
        range: '3',
        colour: '#ff0000',
        one: 'b',
        list: 'option 30',
      };
      for (const name of Object.keys(entered)) field(name).value = entered[name];
      field('box').checked = true;
      field('given').checked = false;
      document.querySelectorAll('[name=r]')[1].checked = true;
      for (const i of [0, 2]) field('many').options[i].selected = true;
      document.querySelectorAll('details')[0].open = true;
      document.querySelectorAll('details')[1].open = false;
      document.querySelector('#editable').textContent = 'written';
      document.querySelector('#free').show();
      document.querySelector('#popover').showPopover();
      const audio = document.querySelector('audio');
      Object.assign(audio, { muted: true, volume: 0.5, playbackRate: 2, currentTime: 7 });
      document.querySelector('.list').scrollTop = 300;
      field('long').scrollTop = 200;
      field('long').style.height = '123px';
      const read = [...document.querySelectorAll('body > p')].find(
        ({ textContent }) => textContent === 'paragraph 30',
      );
      read.scrollIntoView({ block: 'start', behavior: 'instant' });
      field('last').focus({ preventScroll: true });
      field('last').setSelectionRange(2, 5, 'backward');
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    },
    traces: {
      'a text': () => document.querySelector('[name=first]').value,
      'an address': () => document.querySelector('[name=mail]').value,
      'a date': () => document.querySelector('[name=day]').value,
      'a number': () => document.querySelector('[name=number]').value,
      'a textarea': () => document.querySelector('[name=more]').value,
      'the scroll of a textarea': () => document.querySelector('[name=long]').scrollTop,
      'the height of a textarea': () => document.querySelector('[name=long]').style.height,
      'a checked box': () => document.querySelector('[name=box]').checked,
      'an unchecked box': () => document.querySelector('[name=given]').checked,
      'a radio button': () =>
        [...document.querySelectorAll('[name=r]')].map(({ checked }) => checked).join(),
      'a choice': () => document.querySelector('[name=one]').value,
      'several choices': () =>
        [...document.querySelector('[name=many]').selectedOptions].map((one) => one.value).join(),
      'the scroll of a list of options': () =>
        document.querySelector('[name=list]').value +
        (document.querySelector('[name=list]').scrollTop > 0),
      'a range': () => document.querySelector('[name=range]').value,
      'a colour': () => document.querySelector('[name=colour]').value,
      'an open details': () =>
        [...document.querySelectorAll('details')].find((one) => /first/.test(one.textContent)).open,
      'a closed details': () =>
        [...document.querySelectorAll('details')].find((one) => /second/.test(one.textContent))
          .open,
      'an editable text': () => document.querySelector('#editable').textContent,
      'a dialog': () => document.querySelector('#free').open,
      'a popover': () => document.querySelector('#popover').matches(':popover-open'),
      'the place in media': () => Math.floor(document.querySelector('audio').currentTime),
      'volume and rate of media': () =>
        ['muted', 'volume', 'playbackRate']
          .map((name) => document.querySelector('audio')[name])
          .join(),
      'the scroll of a list': () => document.querySelector('.list').scrollTop,
      'what is read': () =>
        [...document.querySelectorAll('body > p')]
          .find((one) => one.getBoundingClientRect().top > -1)
          .textContent.trim(),
      'the focus': () => document.activeElement.getAttribute('name'),
      'the caret': () => {
        const { selectionStart, selectionEnd, selectionDirection } =
          document.querySelector('[name=last]');
        return [selectionStart, selectionEnd, selectionDirection].join();
      },
    },
  },
  {
    use() {
      document.querySelector('#modal').showModal();
      document.querySelector('[name=inside]').value = 'typed';
      document.querySelector('audio').muted = true;
      return document.querySelector('audio').play();
    },
    traces: {
      'a modal dialog': () => document.querySelector('#modal').matches(':modal'),
      'a text in a dialog': () => document.querySelector('[name=inside]').value,
      'playing media': () => !document.querySelector('audio').paused,
    },
  },
  {
    use() {
      // Not in the order of the document.
      document.querySelector('#lower').showModal();
      document.querySelector('#upper').showModal();
      document.querySelector('#inner').showPopover();
      document.querySelector('#press').focus();
    },
    traces: {
      'the dialog on top': () =>
        document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('dialog')?.id,
      'the dialog below': () => document.querySelector('#lower').matches(':modal'),
      'a popover in a dialog': () => document.querySelector('#inner').matches(':popover-open'),
      'the focus in a dialog': () => document.activeElement.id,
    },
  },
  {
    use() {
      document.querySelector('#upper').showModal();
      document.querySelector('#lower').showModal();
    },
    traces: {
      'the other dialog on top': () =>
        document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('dialog')?.id,
    },
  },
  {
    use() {
      const [third] = document.querySelectorAll('details[name]');
      third.open = true;
      document.querySelector('#note').showPopover();
      document.querySelector('#link').focus();
    },
    traces: {
      'one of a group of details': () =>
        [...document.querySelectorAll('details[name]')].map(({ open }) => open).join(),
      'a manual popover': () => document.querySelector('#note').matches(':popover-open'),
      'the focus in a popover': () => document.activeElement.id,
    },
  },
  {
    use() {
      location.hash = 'there';
      const text = [...document.querySelectorAll('p')].find(
        ({ textContent }) => textContent === 'paragraph 3',
      ).firstChild;
      getSelection().setBaseAndExtent(text, 2, text, 7);
    },
    traces: {
      'the target': () => document.querySelector(':target')?.id,
      'the selected text': () => `${getSelection()}`,
    },
  },
  {
    use() {
      const editable = document.querySelector('#editable');
      editable.textContent = 'written here';
      editable.focus();
      getSelection().collapse(editable.firstChild, 4);
      history.replaceState({ step: 3 }, '');
    },
    traces: {
      'the caret in an editable text': () =>
        [getSelection().anchorNode?.textContent, getSelection().anchorOffset].join() +
        document.activeElement.id,
      'the state of history': () => history.state?.step,
    },
  },
];

/** The same, as text that runs in the page and gives all pieces. @param {Record<string, () => any>} traces */
const readAll = (traces) =>
  `JSON.stringify({${Object.entries(traces).map(([name, read]) => `${JSON.stringify(name)}: (${read})()`)}})`;

/** @type {[string, string, string][]} */
const EDITS = [
  ['an edit of a word', '<h1>one</h1>', '<h1>two</h1>'],
  [
    'a paragraph and fields in front',
    '<h1>one</h1>\n  <form id="f">',
    '<h1>two</h1><p>new</p><p>new, too</p><input name="title"><form id="f"><input name="other"><textarea name="x"></textarea>',
  ],
];

/** @param {TestSite} testSite */
export function testStatePieces(testSite) {
  /** @type {[string, string][]} */
  const kinds = [
    ['a page without scripts', BODY],
    ['a page with scripts', `${BODY}<script>window.ran = true</script>`],
  ];
  for (const [kind, body] of kinds) {
    for (const [edit, from, to] of EDITS) {
      testSite(
        `the state of ${kind} after ${edit}`,
        // One file for each scene: a page of a file that was just written loads again when it need not.
        {
          ...Object.fromEntries(SCENES.map((_, i) => [`${i}.html`, page(body)])),
          'long.wav': silence(60),
        },
        async ({ open, site }) => {
          const lost = [];
          for (const [i, { use, traces }] of SCENES.entries()) {
            const tab = await open(`${i}.html`);
            await tab.shows(true, () => document.querySelector('audio').readyState > 0);
            await tab.ask(use);
            const before = JSON.parse(String(await tab.page.evaluate(readAll(traces))));
            site.edit(`${i}.html`, from, to);
            await tab.showsText('h1', 'two');
            assert.equal(await tab.isSameDocument(), body === BODY);
            let after = {};
            const isSame = async () => {
              after = JSON.parse(
                String(await tab.page.evaluate(readAll(traces)).catch(() => '{}')),
              );
              return Object.keys(before).every((name) => after[name] === before[name]);
            };
            await until('all of it', isSame, 4000).catch(() => {});
            for (const name of Object.keys(before))
              if (after[name] !== before[name])
                lost.push(`${name}: ${before[name]} -> ${after[name]}`);
            await tab.close();
          }
          assert.deepEqual(lost, []);
        },
      );
    }
  }
}
