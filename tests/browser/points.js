/**
 * points: a click on an element with keys held opens its line in the editor, and the element at the editor's cursor is
 * outlined. The editor is a connection of the test.
 */

import assert from 'node:assert/strict';

import { connectEditor } from '../support/editor.js';
import { until } from '../support/server.js';
import {
  centre,
  hold,
  isReady,
  labels,
  placeOf,
  pointAt,
  rectangle,
  release,
  spy,
} from './pointing.js';
import { page } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */
/** @typedef {import('./site.js').Tab} Tab */

const CLICK = ['--click-to-source'];

/** Runs in the page: the outlined rectangle in a document, rounded. */
const outlined = () => {
  const root = (document.roots ?? []).find(
    ({ host, firstChild }) => host.isConnected && firstChild,
  );
  const box = root && [...root.children].find((one) => one.localName === 'div');
  if (!box) return '';
  const { x, y, width, height } = box.getBoundingClientRect();
  return [x, y, width, height].map(Math.round).join();
};

/**
 * @param {Tab} tab
 * @param {Awaited<ReturnType<typeof connectEditor>>} editor
 * @param {{x: number, y: number}} at
 * @param {string} label
 */
async function clickAt(tab, editor, at, label) {
  const said = editor.messages.length;
  await pointAt(tab, at, label);
  await tab.page.mouse.click(at.x, at.y);
  const { path, line, column } = await editor.message({ type: 'show' }, said);
  await release(tab);
  await tab.shows('', labels);
  return `${path}:${line}:${column}`;
}

const SCRIPTED = page(`<p id=plain>text <b>bold</b></p>
  <div id=list><i>in the file</i></div>
  <svg width=40 height=40><rect id=drawn width=40 height=40 /></svg>
  <x-host><template shadowrootmode=open><span id=inner>in a shadow</span></template></x-host>
  <iframe id=frame src="inner.html" width=300 height=60></iframe>
  <script>
    const made = document.createElement('u');
    made.textContent = 'made';
    document.querySelector('#list').append(made);
    document.querySelector('#list').prepend(document.createElement('hr'));
  </script>`);

const FILES = {
  'index.html': SCRIPTED,
  'inner.html': page('<p id=within>within</p>'),
  'still.html': page('<p id=one>one</p>\n  <p id=two>two <b>bold</b></p>'),
  'parts.shtml': page(
    '<!--#include virtual="/parts/nav.html" -->\n<p id=own>own</p><!--#echo var="X" --><i id=tail>x</i>',
  ),
  'parts/nav.html': '\n<nav>\n  <a id=link href=x>link</a></nav>',
  'opted.html': page('<p id=one>one</p>').replace('<html', '<html data-liveserve-editor=click'),
  'closed.html': page('<p id=one>one</p>').replace('<html', '<html data-liveserve-editor=off'),
  'long.html': page('<div style="height:5000px">\n<p id=top>top</p></div>\n<p id=end>end</p>'),
};

/** @param {string} file @param {string} what */
const where = (file, what) => `${file}:${placeOf(FILES[file], what)}`;

/**
 * Connects an editor, and opens the file in a tab where clicks count.
 *
 * @param {import('./site.js').Given['open']} open
 * @param {string} file
 */
async function openBesideEditor(open, file) {
  const editor = await connectEditor();
  const tab = await open(file, { before: spy });
  await isReady(tab);
  return { editor, tab };
}

/** @param {TestSite} testSite */
function testClicks(testSite) {
  testSite(
    'a click with the keys held opens the line, and the page hears nothing of it',
    FILES,
    async ({ open, site }) => {
      const { editor, tab } = await openBesideEditor(open, 'index.html');

      /** @type {[string, string, string][]} */
      const rows = [
        ['#plain b', '<b>', 'b'],
        ['#list i', '<i>', 'i'],
        ['#drawn', '<rect', 'rect'],
      ];
      for (const [selector, what, name] of rows) {
        const place = where('index.html', what);
        const at = await centre(tab, selector);
        assert.equal(await clickAt(tab, editor, at, `${place} <${name}>`), place);
      }
      // What a script has made belongs to what is around it.
      const list = where('index.html', '<div id=list');
      const label = `${list} <div>, around <u> that a script has made`;
      assert.equal(await clickAt(tab, editor, await centre(tab, '#list u'), label), list);

      assert.deepEqual(
        await tab.page.evaluate(() => document.heard),
        [],
        'the page has heard nothing',
      );
      const trace = await tab.page.evaluate(() => document.documentElement.children.length);
      assert.equal(trace, 2, 'nothing is left in the page');
      await tab.page.mouse.click(5, 5);
      await tab.shows(true, () => document.heard.includes('click'));
      assert.ok(await tab.isSameDocument());

      // The place of what is now there: the page has loaded again, since it has a script.
      site.write('index.html', `\n\n${SCRIPTED}`);
      await tab.isLoaded(2);
      await isReady(tab);
      const [line, column] = placeOf(SCRIPTED, '<b>').split(':');
      const moved = `index.html:${+line + 2}:${column}`;
      assert.equal(
        await clickAt(tab, editor, await centre(tab, '#plain b'), `${moved} <b>`),
        moved,
      );
      editor.close();
    },
    CLICK,
  );

  testSite(
    'shadow roots and frames of the page are looked into',
    FILES,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'index.html');
      const inner = await tab.page.evaluate(() => {
        const { x, y } = document
          .querySelector('x-host')
          .shadowRoot.querySelector('#inner')
          .getBoundingClientRect();
        return { x: x + 4, y: y + 4 };
      });
      const span = where('index.html', '<span id=inner');
      assert.equal(await clickAt(tab, editor, inner, `${span} <span>`), span);

      await tab.shows(
        'within',
        () => document.querySelector('iframe').contentDocument?.body?.innerText,
      );
      const within = await tab.page.evaluate(() => {
        const frame = document.querySelector('iframe');
        const outer = frame.getBoundingClientRect();
        const one = frame.contentDocument.querySelector('#within').getBoundingClientRect();
        return {
          x: outer.x + frame.clientLeft + one.x + 5,
          y: outer.y + frame.clientTop + one.y + 5,
        };
      });
      const place = where('inner.html', '<p id=within');
      assert.equal(await clickAt(tab, editor, within, `${place} <p>`), place);
      editor.close();
    },
    CLICK,
  );

  testSite(
    'a page that is patched in place keeps its places',
    FILES,
    async ({ open, site }) => {
      const { editor, tab } = await openBesideEditor(open, 'still.html');
      const first = where('still.html', '<b>');
      assert.equal(await clickAt(tab, editor, await centre(tab, '#two b'), `${first} <b>`), first);

      const text = FILES['still.html'].replace('<p id=one>', '<p id=new>new</p>\n\n  <p id=one>');
      site.write('still.html', text);
      await tab.showsText('#new', 'new');
      const second = `still.html:${placeOf(text, '<b>')}`;
      assert.notEqual(first, second);
      assert.equal(
        await clickAt(tab, editor, await centre(tab, '#two b'), `${second} <b>`),
        second,
      );
      const fresh = `still.html:${placeOf(text, '<p id=new')}`;
      assert.equal(await clickAt(tab, editor, await centre(tab, '#new'), `${fresh} <p>`), fresh);
      assert.equal(await tab.loads(), 1);
      editor.close();
    },
    CLICK,
  );

  testSite(
    'an element of an included file has its place there',
    FILES,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'parts.shtml');
      /** @type {[string, string, string, string][]} */
      const rows = [
        ['#link', 'parts/nav.html', '<a id=link', 'a'],
        ['#own', 'parts.shtml', '<p id=own', 'p'],
        ['#tail', 'parts.shtml', '<i id=tail', 'i'],
      ];
      for (const [selector, file, what, name] of rows) {
        const place = where(file, what);
        const at = await centre(tab, selector);
        assert.equal(await clickAt(tab, editor, at, `${place} <${name}>`), place);
      }
      editor.close();
    },
    CLICK,
  );
}

const ODD =
  page(`<p id=plain style="transform-origin:0 0;transform:translate(40px) scale(1.5)">text <b>bold</b></p>
  <div style="zoom:1.5"><p id=zoomed>zoomed <i>it</i></p></div>
  <x-closed><template shadowrootmode=closed><span>in a shadow</span></template></x-closed>
  <iframe id=frame src="inner.html" width=300 height=60
    style="transform-origin:0 0;transform:translate(80px,60px) scale(1.5)"></iframe>`);

/** @param {Tab} tab @param {any} editor @param {string} selector @param {string} text @param {string} name */
async function checkOdd(tab, editor, selector, text, name) {
  const place = `odd.html:${placeOf(text, `<${name}>`)}`;
  const at = await centre(tab, selector);
  assert.equal(await clickAt(tab, editor, at, `${place} <${name}>`), place);
}

/** @param {TestSite} testSite */
function testOddPlaces(testSite) {
  const files = { ...FILES, 'odd.html': ODD };

  testSite(
    'odd places: what is zoomed or scaled',
    files,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'odd.html');
      await checkOdd(tab, editor, '#plain b', ODD, 'b');
      await checkOdd(tab, editor, '#zoomed i', ODD, 'i');
      editor.close();
    },
    CLICK,
  );

  testSite(
    'odd places: a page with a draft laid over it has those of the draft',
    files,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'still.html');
      const typed = FILES['still.html'].replace(
        '<p id=one>',
        '<p id=typed>typed</p>\n\n <p id=one>',
      );
      editor.send({ type: 'draft', path: 'still.html', text: typed });
      await tab.showsText('#typed', 'typed');
      for (const text of [typed, FILES['still.html']]) {
        if (text !== typed) editor.send({ type: 'closed', path: 'still.html' });
        await tab.shows(text === typed, () => !!document.querySelector('#typed'));
        const place = `still.html:${placeOf(text, '<b>')}`;
        assert.equal(
          await clickAt(tab, editor, await centre(tab, '#two b'), `${place} <b>`),
          place,
        );
      }
      assert.equal(await tab.loads(), 1);
      editor.close();
    },
    CLICK,
  );

  testSite(
    'odd places: a frame that is scaled',
    files,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'odd.html');
      await tab.shows(
        'within',
        () => document.querySelector('iframe').contentDocument?.body?.innerText,
      );
      const within = await tab.page.evaluate(() => {
        const frame = document.querySelector('iframe');
        const outer = frame.getBoundingClientRect();
        const one = frame.contentDocument.querySelector('#within').getBoundingClientRect();
        return {
          x: outer.x + 1.5 * (frame.clientLeft + one.x + 20),
          y: outer.y + 1.5 * (frame.clientTop + one.y + one.height / 2),
        };
      });
      const inner = where('inner.html', '<p id=within');
      assert.equal(await clickAt(tab, editor, within, `${inner} <p>`), inner);
      editor.close();
    },
    CLICK,
  );

  testSite(
    'odd places: what is in a closed shadow root has the place of its host',
    files,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'odd.html');
      await checkOdd(tab, editor, 'x-closed', ODD, 'x-closed');
      editor.close();
    },
    CLICK,
  );
}

/** @param {TestSite} testSite */
function testWishes(testSite) {
  /** Runs in the page. */
  const loaded = () =>
    performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/points.js'))
      .length;

  testSite(
    'nothing is loaded unless it is wanted, and an editor is there',
    FILES,
    async ({ open }) => {
      const plain = await open('still.html', { before: spy });
      const opted = await open('opted.html', { before: spy });
      await opted.isKnown();
      assert.equal(await opted.page.evaluate(loaded), 0, 'no editor is there');
      const editor = await connectEditor();
      await isReady(opted);
      await plain.shows(true, () => document.heardFromServer?.includes('editor'));
      assert.equal(await plain.page.evaluate(loaded), 0, 'nobody wants it');

      await opted.page.bringToFront();
      const place = where('opted.html', '<p id=one');
      assert.equal(
        await clickAt(opted, editor, await centre(opted, '#one'), `${place} <p>`),
        place,
      );

      // Without an editor, a click is a click.
      editor.close();
      await opted.hears('editor editor');
      await hold(opted);
      const { x, y } = await centre(opted, '#one');
      await opted.page.mouse.click(x, y);
      await release(opted);
      await opted.shows(true, () => document.heard.includes('click'));
      assert.equal(await opted.ask(labels), '');
    },
  );

  testSite(
    'a page can say that it wants nothing of it',
    FILES,
    async ({ open }) => {
      const { editor, tab } = await openBesideEditor(open, 'closed.html');
      await hold(tab);
      const { x, y } = await centre(tab, '#one');
      await tab.page.mouse.click(x, y);
      await release(tab);
      await tab.shows(true, () => document.heard.includes('click'));
      editor.close();
    },
    CLICK,
  );
}

/** @param {TestSite} testSite */
function testCursor(testSite) {
  testSite(
    'the element at the cursor is outlined and scrolled to',
    FILES,
    async ({ open, site }) => {
      const { editor, tab } = await openBesideEditor(open, 'long.html');
      /** @param {string} path @param {string} text @param {string} what */
      const move = (path, text, what) =>
        editor.send({
          type: 'cursor',
          path,
          offset: Buffer.byteLength(text.slice(0, text.indexOf(what))),
        });
      const text = FILES['long.html'];
      move('long.html', text, 'end</p>');
      await tab.shows(true, () => {
        const { top, bottom } = document.querySelector('#end').getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
      move('long.html', text, 'top</p>');
      await tab.shows(
        true,
        () => scrollY === 0 || document.querySelector('#top').getBoundingClientRect().top >= 0,
      );

      // It stays for a moment only; a cursor of another file shows nothing.
      await tab.shows('', outlined);
      move('still.html', FILES['still.html'], 'one</p>');
      const still = await open('still.html', { before: spy });
      await isReady(still);
      const wide = FILES['still.html'].replace('one</p>', 'ö😀 <em id=e>x</em></p>');
      site.write('still.html', wide);
      await still.showsText('#e', 'x');
      move('still.html', wide, 'x</em>');
      const expected = await still.page.evaluate(rectangle, '#e');
      await still.shows(expected, () => document.outlined);
      editor.send({ type: 'cursor' });
      await still.shows('', outlined);
      editor.close();
    },
    ['--follow-cursor'],
  );
}

/** @param {TestSite} testSite */
function testForgery(testSite) {
  testSite(
    'a hostile page can make the editor open nothing but a file of the folder',
    { ...FILES, '.env': 'secret', 'folder/a.txt': 'x' },
    async ({ open, server }) => {
      const editor = await connectEditor();
      const tab = await open('still.html');
      await tab.isKnown();
      /** @param {object[]} messages */
      const say = (messages) =>
        tab.page.evaluate(
          (list) =>
            new Promise((resolve) => {
              const socket = new WebSocket(`ws://${location.host}/ws`, 'liveserve.v1');
              socket.onopen = () => {
                for (const one of list) socket.send(JSON.stringify(one));
                socket.send('{"type":"none"}');
              };
              // The server has read all of them when it closes the socket for the last one.
              socket.onclose = resolve;
            }),
          messages,
        );
      const bad = [
        '/../../etc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/.env',
        '/folder/',
        '/none.html',
        '/',
      ];
      for (const url of bad) await say([{ type: 'show', url, line: 1, column: 1 }]);
      await until('the limit to be over', async () => {
        await say([
          { type: 'show', url: '/folder/a.txt', line: 3, column: 2, path: '/etc/passwd' },
        ]);
        return editor.messages.some(({ type }) => type === 'show');
      });
      const shown = editor.messages.filter(({ type }) => type === 'show');
      for (const { path, line, column } of shown)
        assert.deepEqual([path, line, column], ['folder/a.txt', 3, 2]);

      // A flood opens a few at most.
      const before = shown.length;
      await say(
        Array.from({ length: 500 }, () => ({
          type: 'show',
          url: '/still.html',
          line: 1,
          column: 1,
        })),
      );
      editor.send({ type: 'reload', path: 'none' });
      await editor.message({ type: 'failed' });
      const flood = editor.messages.filter(({ type }) => type === 'show').length - before;
      assert.ok(flood <= 8, `${flood} of 500`);
      assert.ok(server.url);
      editor.close();
    },
    CLICK,
  );
}

/** @param {TestSite} testSite */
export function testPoints(testSite) {
  testClicks(testSite);
  testOddPlaces(testSite);
  testWishes(testSite);
  testCursor(testSite);
  testForgery(testSite);
}
