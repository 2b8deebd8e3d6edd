/**
 * following: what a user of liveserve sees in the browser. It is the same in each browser.
 *
 * A test cannot wait for nothing to happen. To show that a page is left alone, it makes a second change that
 * the page does show. Messages come in order, so by then the page has dealt with the first change.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';

import { atEnd, portOf, run, startServer } from '../support/server.js';
import { startProxy } from './proxy.js';
import {
  BLUE,
  createTester,
  css,
  GREEN,
  link,
  listenForFailedRequests,
  page,
  RED,
} from './site.js';
import { silence } from './sound.js';

/** @typedef {import('./site.js').TestSite} TestSite */
/** @typedef {import('./site.js').BrowserName} BrowserName */

const EXAMPLE_SITE = fileURLToPath(new URL('../../example-site', import.meta.url));

/** @param {BrowserName} name */
function testExampleSite(name) {
  const testSite = createTester(name, { reportsRequests: true });

  testSite(
    'the example site is complete and causes no messages',
    readFolder(EXAMPLE_SITE),
    async ({ open, site, server }) => {
      const tab = await open('about:blank');
      /** @type {string[]} */
      const noise = [];
      tab.page.on('console', (message) => noise.push(message.text()));
      tab.page.on('pageerror', (error) => noise.push(/** @type {Error} */ (error).message));
      const failedRequests = listenForFailedRequests(tab);
      await tab.page.goto(server.url, { waitUntil: 'load' });

      assert.ok(await tab.ask(() => [...document.images].every((image) => image.naturalWidth > 0)));
      assert.ok(await tab.ask(() => document.styleSheets.length > 0));
      assert.deepEqual(noise, []);
      assert.deepEqual(await failedRequests(), []);

      site.edit('index.html', /<h1>.*<\/h1>/, '<h1>Somebody else</h1>');
      await tab.showsText('h1', 'Somebody else');
      assert.equal(await tab.loads(), 2);
    },
  );
}

/** @param {TestSite} testSite */
function testEdits(testSite) {
  const scripted = page('<p>one</p><script></script>');

  testSite(
    'an edited document with a script is reloaded, once',
    { 'index.html': scripted },
    async (given) => {
      const { open, site } = given;
      const tab = await open();
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.loads(), 2);
      site.edit('index.html', 'two', 'three');
      await tab.showsText('p', 'three');
      assert.equal(await tab.loads(), 3);
    },
  );

  const tall = page('<p>text</p><div style="height: 5000px"></div>', link('style.css?theme=a#x'));

  testSite(
    'an edited style sheet applies in place, and the scroll position stays',
    { 'index.html': tall, 'style.css': css('p', RED) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      await tab.ask(() => window.scrollTo(0, 1200));
      await tab.shows(1200, () => Math.round(window.scrollY));

      for (const colour of [GREEN, BLUE, GREEN]) {
        site.write('style.css', css('p', colour));
        await tab.showsColour('p', colour);
      }
      await tab.shows(1, () => document.querySelectorAll('link').length);
      const href = await tab.ask(() => document.querySelector('link').getAttribute('href'));
      assert.equal(href, 'style.css?theme=a#x');
      assert.equal(await tab.ask(() => Math.round(window.scrollY)), 1200);
      assert.ok(await tab.isSameDocument());
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'an imported style sheet applies in place, at any depth, from a link and from a style element',
    {
      'index.html': page(
        '<p>link</p><b>style</b><i>first</i>',
        `${link('css/main.css')}<style>@import "css/own.css";</style>`,
      ),
      'css/main.css': `@import url("parts/middle.css") screen;\n${css('i', RED)}`,
      'css/parts/middle.css': `@import "deep.css";\n`,
      'css/parts/deep.css': css('p', RED),
      'css/own.css': css('b', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      await tab.showsColour('b', RED);
      for (const colour of [GREEN, BLUE]) {
        site.write('css/parts/deep.css', css('p', colour));
        await tab.showsColour('p', colour);
        site.write('css/own.css', css('b', colour));
        await tab.showsColour('b', colour);
      }
      // The sheets above it come fresh from the server and must not bring an old one along.
      site.write('css/parts/middle.css', `@import "deep.css";\n${css('u', RED)}`);
      site.edit('css/main.css', css('i', RED), css('i', GREEN));
      await tab.showsColour('i', GREEN);
      await tab.shows(1, () => document.querySelectorAll('link').length);
      await tab.showsColour('p', BLUE);
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'a missing style sheet that is created, deleted and created again',
    { 'index.html': page('<p>text</p>', link('late.css')) },
    async ({ open, site }) => {
      const tab = await open();
      for (const colour of [RED, GREEN]) {
        site.write('late.css', css('p', colour));
        await tab.showsColour('p', colour);
        site.remove('late.css');
        await tab.showsColour('p', [0, 0, 0]);
      }
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'a page ignores files that it does not use and follows those that it uses',
    {
      'index.html': page('<p>text</p><script src="used.js"></script>', link('style.css')),
      'style.css': css('p', RED),
      'used.js': 'window.answer = 1;\n',
      'other.js': '',
      'other.html': page('<p>other</p>'),
      'other.css': '',
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows(1, () => window.answer);
      for (const name of ['other.js', 'other.html', 'other.css', 'new.txt'])
        site.write(name, 'changed');
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      assert.ok(await tab.isSameDocument());

      site.write('used.js', 'window.answer = 2;\n');
      await tab.shows(2, () => window.answer);
      assert.equal(await tab.loads(), 2);
    },
  );

  testSite(
    'a missing file counts as used: the page is reloaded when the file is created',
    { 'index.html': page('<script src="late.js"></script>') },
    async ({ open, site }) => {
      const tab = await open();
      site.write('late.js', 'window.answer = 1;\n');
      await tab.shows(1, () => window.answer);
    },
  );

  testSite(
    'a deleted document stays on the screen until it exists again',
    { 'index.html': page('<p>one</p>', link('style.css')), 'style.css': css('p', RED) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      site.remove('index.html');
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      assert.ok(await tab.isSameDocument());
      site.write('index.html', page('<p>two</p>'));
      await tab.showsText('p', 'two');
      assert.ok(await tab.isSameDocument());
    },
  );
}

/**
 * Ends the server as a crash does, calls act, and starts a server at the same port.
 *
 * @param {import('./site.js').Given} given
 * @param {() => unknown} [act] changes the site
 */
async function restart(given, act = () => {}) {
  const { port } = given.server;
  await given.server.kill();
  await act();
  given.server = await startServer({ root: given.site.root, args: [`--port=${port}`] });
}

const rich = {
  'index.html': page(
    '<p>one</p><b>bold</b><img src="picture.svg" alt=""><script src="used.js"></script>',
    `${link('style.css')}${link('missing.css')}<link rel="icon" href="icon.svg">`,
  ),
  'style.css': `@import "imported.css";\n${css('p', RED)}`,
  'imported.css': css('b', RED),
  'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'used.js': 'window.answer = 1;\n',
  'other.html': page('<p>other</p>'),
  'other.css': '',
  'folder/note.txt': 'one',
};

const DARK = [100, 0, 0];

const shout = "document.querySelector('p').textContent = 'two'";

/**
 * What happens between crash and restart, what the page then shows, and how often it is loaded for that.
 *
 * @type {[string, (site: import('../support/server.js').Site) => void, [string, any][], number][]}
 */
const restarts = [
  ['nothing', () => {}, [], 0],
  [
    'an edit of files that the page does not use',
    (site) => {
      site.edit('other.html', 'other', 'another');
      site.write('other.css', css('p', GREEN));
      site.write('folder/new.txt', 'new');
      site.remove('folder/note.txt');
    },
    [],
    0,
  ],
  [
    'all files written anew with the same bytes',
    (site) => Object.entries(rich).forEach(([name, bytes]) => site.write(name, bytes)),
    [],
    0,
  ],
  ['an edit of the document', (site) => site.edit('index.html', 'one', 'two'), [['p', 'two']], 1],
  ['an edit of a style sheet', (site) => site.edit('style.css', '200', '100'), [['p', DARK]], 1],
  [
    'an edit of an imported sheet',
    (site) => site.edit('imported.css', '200', '100'),
    [['b', DARK]],
    1,
  ],
  [
    'the coming of a missing sheet',
    (site) => site.write('missing.css', css('b', GREEN)),
    [['b', GREEN]],
    1,
  ],
  ['an edit of a script', (site) => site.edit('used.js', /$/, shout), [['p', 'two']], 1],
  ['an edit of a picture', (site) => site.edit('picture.svg', '1', '2'), [], 1],
];

/** The icon comes last. A page that the server leaves without it lacks something. */
const hasIcon = () =>
  performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/icon.svg'));

const noIcon = '<link rel="icon" href="data:,">';

/**
 * @param {BrowserName} name
 * @param {TestSite} testSite
 */
function testRestarts(name, testSite) {
  for (const [what, act, shown, loads] of restarts) {
    testSite(`${what} between a crash and a restart: loads: ${loads}`, rich, async (given) => {
      const { open, site } = given;
      const tab = await open();
      await tab.showsColour('p', RED);
      await tab.hears('state');
      await tab.shows(true, hasIcon);
      await restart(given, () => act(site));
      await tab.isLoaded(1 + loads);
      await (loads ? tab.isKnown() : tab.isGreeted(2));
      for (const [selector, expected] of shown) {
        if (typeof expected === 'string') await tab.showsText(selector, expected);
        else await tab.showsColour(selector, expected);
      }
      assert.equal(await tab.loads(), 1 + loads);
      assert.equal(await tab.isSameDocument(), loads === 0);

      // And it goes on as before, in the new run.
      site.write('style.css', `@import "imported.css";\n${css('p', BLUE)}`);
      await tab.showsColour('p', BLUE);
      assert.equal(await tab.loads(), 1 + loads);
      site.edit('index.html', /<p>\w+/, '<p>three');
      site.write('used.js', '');
      await tab.showsText('p', 'three');
    });
  }

  testSite(
    'restarts cause no reload, and an edit during the last one is shown',
    rich,
    async (given) => {
      const { open, site } = given;
      const tab = await open();
      await tab.hears('state');
      await tab.shows(true, hasIcon);
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      await tab.isKnown();
      for (let i = 0; i < 3; i++) {
        await restart(given);
        await tab.isGreeted(2 + i);
      }
      assert.equal(await tab.loads(), 1);
      assert.ok(await tab.isSameDocument());
      await restart(given, () => site.write('style.css', css('p', BLUE)));
      await tab.showsColour('p', BLUE);
      assert.equal(await tab.loads(), 2);
    },
  );

  testSite(
    'a page that shows a blob: URL keeps its connection',
    {
      'index.html': page(`<img id="i" alt=""><script>
        const text = '<svg xmlns="http://www.w3.org/2000/svg"/>';
        i.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
      </script>`),
    },
    async ({ open }) => {
      const tab = await open();
      await tab.hears('state');
      const hellos = () => document.heardFromServer.filter((type) => type === 'hello').length;
      assert.equal(await tab.ask(hellos), 1);
    },
  );

  testSite(
    'after a restart a page reloads for a file that it began to use later',
    rich,
    async (given) => {
      const { open, site } = given;
      const tab = await open();
      await tab.hears('state');
      await tab.ask(() => fetch('/folder/note.txt').then((answer) => answer.text()));
      await tab.isStampedWith('/folder/note.txt');
      await restart(given);
      await tab.isGreeted(2);
      assert.equal(await tab.loads(), 1);
      await restart(given, () => site.write('folder/note.txt', 'two'));
      await tab.isLoaded(2);
      await tab.isKnown();
      assert.equal(await tab.loads(), 2);
    },
  );

  testSite(
    'after a restart a missing page and a listing reload only if they have changed',
    { 'folder/a.txt': '', '404.html': page('<p>missing</p>', noIcon) },
    async (given) => {
      const { open, site } = given;
      const missing = await open('late.html');
      const listing = await open('folder/');
      await missing.isStampedWith('/late.html');
      // The browser asks for an icon where the page names none. A restart before the page has told the
      // server so is rightly a reload.
      await listing.isStampedWith('/favicon.ico');
      await restart(given);
      for (const tab of [missing, listing]) {
        // A tab that is not seen does not look for its server.
        await tab.page.bringToFront();
        await tab.isGreeted(2);
        assert.equal(await tab.loads(), 1);
      }
      await restart(given, () => {
        site.write('late.html', page('<p>here</p>'));
        site.write('folder/b.txt', '');
      });
      await missing.page.bringToFront();
      await missing.showsText('p', 'here');
      await listing.page.bringToFront();
      await listing.shows('a.txt,b.txt', () => document.body.textContent.match(/\w+\.txt/g).join());
      for (const tab of [missing, listing]) assert.equal(await tab.loads(), 2);
    },
  );

  testSite(
    'a page from the back/forward cache that is older than the server',
    rich,
    async (given) => {
      const { open, site } = given;
      const tab = await open();
      await tab.hears('state');
      for (const [before, after] of [
        ['one', 'one'],
        ['one', 'two'],
        ['two', 'three'],
      ]) {
        const loads = await tab.loads();
        await tab.page.goto(new URL('other.html', given.server.url).href);
        await restart(given, () => before !== after && site.edit('index.html', before, after));
        await tab.page.goBack().catch(() => {});
        await tab.showsText('p', after);
        const stays = before === after && name === 'chromium';
        await (stays ? tab.isGreeted(2) : tab.isKnown());
        // Firefox does not keep pages while it is driven from outside: there going back is a load.
        const more = (await tab.loads()) - loads;
        if (name === 'chromium') assert.equal(more, before === after ? 0 : 1);
        else assert.ok(more <= 2, String(more));
      }
    },
  );
}

/** @param {TestSite} testSite */
function testTabsAndFrames(testSite) {
  testSite(
    'of two tabs only the one with the edited page is reloaded',
    {
      'a.html': page('<p>one</p><script></script>', link('style.css')),
      'b.html': page('<p>other</p>', link('style.css')),
      'style.css': css('p', RED),
    },
    async ({ open, site }) => {
      const a = await open('a.html');
      const b = await open('b.html');
      site.edit('a.html', 'one', 'two');
      await a.showsText('p', 'two');
      // Of a sheet that is still coming it is not known yet what it says, so it would be a reload.
      await a.shows('complete', () => document.readyState);
      site.write('style.css', css('p', GREEN));
      await a.showsColour('p', GREEN);
      await b.showsColour('p', GREEN);
      assert.equal(await a.loads(), 2);
      assert.equal(await b.loads(), 1);
      assert.ok(await b.isSameDocument());
    },
  );

  testSite(
    'a sheet that is saved while the page is being reloaded is exchanged, without another reload',
    {
      'index.html': page(
        '<p>one</p><script></script><img src="slow.svg" alt="">',
        `${link('style.css')}<link rel="icon" href="data:,">`,
      ),
      'slow.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
      'style.css': css('p', RED),
    },
    async ({ open, site, server }) => {
      const gate = { isShut: false, open: () => {} };
      const proxy = await startProxy(server.url, {}, ({ url }) => {
        if (gate.isShut && url.startsWith('/slow.svg'))
          return new Promise((resolve) => (gate.open = () => resolve(undefined)));
      });
      const tab = await open(proxy.url);
      await tab.isKnown();
      gate.isShut = true;
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      await tab.shows(1, () => document.styleSheets[0]?.cssRules.length);
      await tab.isGreeted(1);
      assert.equal(await tab.ask(() => document.readyState), 'interactive');
      site.write('style.css', css('p', GREEN));
      await tab.hears('change');
      gate.isShut = false;
      gate.open();
      await tab.showsColour('p', GREEN);
      await tab.isKnown();
      assert.equal(await tab.loads(), 2);
      proxy.stop();
    },
  );

  testSite(
    'a change between the document and its socket is not missed',
    { 'index.html': page('<p>one</p>') },
    async ({ open, site, server }) => {
      // The first socket is only made when the gate has answered.
      const gate = await startGate(async () => {
        const said = server.lines.length;
        site.edit('index.html', 'one', 'two');
        await server.waitForLine(/changed index\.html/, said);
      });
      const hold = (url) => {
        window.WebSocket = new Proxy(window.WebSocket, {
          construct(Socket, /** @type {[string]} */ values) {
            const request = new XMLHttpRequest();
            request.open('GET', url, false);
            request.send();
            return new Socket(...values);
          },
        });
      };
      const tab = await open('', { before: hold, args: [gate.url] });
      await tab.showsText('p', 'two');
      gate.stop();
    },
  );

  testSite(
    'a page from the back/forward cache catches up',
    { 'index.html': page('<p>one</p>'), 'next.html': page('<p>next</p>') },
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.page.goto(new URL('next.html', server.url).href);
      const said = server.lines.length;
      site.edit('index.html', 'one', 'two');
      await server.waitForLine(/changed index\.html/, said);
      await tab.page.goBack().catch(() => {});
      await tab.showsText('p', 'two');
    },
  );

  testSite(
    'a frame is reloaded without the page around it',
    {
      'outer.html': page('<p>outer</p><iframe src="frames/inner.html"></iframe>'),
      'frames/inner.html': page(
        '<p>one</p><script>top.inner = 1 + (top.inner ?? 0)</script>',
        link('inner.css'),
      ),
      'frames/inner.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open('outer.html');
      const inner = () => frames[0].document.querySelector('p').textContent;
      const colour = () => frames[0].getComputedStyle(frames[0].document.querySelector('p')).color;
      await tab.shows('one', inner);
      site.edit('frames/inner.html', 'one', 'two');
      await tab.shows('two', inner);
      // Of a sheet that is still coming it is not known yet what it says, so it would be a reload.
      await tab.shows('complete', () => frames[0].document.readyState);
      site.write('frames/inner.css', css('p', GREEN));
      await tab.shows(`rgb(${GREEN.join(', ')})`, colour);
      assert.ok(await tab.isSameDocument());
      assert.equal(await tab.loads('/outer.html'), 1);
      assert.equal(await tab.ask(() => window.inner), 2);
    },
  );

  testSite(
    'the page reloads for a frame that cannot follow by itself',
    {
      'index.html': page('<object data="drawing.svg"></object><iframe src="notes.txt"></iframe>'),
      'drawing.svg': drawing,
      'notes.txt': 'one',
    },
    async ({ open, site }) => {
      const tab = await open();
      const drawing = () =>
        document.querySelector('object').contentDocument.querySelector('text').textContent;
      await tab.shows('one', drawing);
      site.edit('drawing.svg', 'one', 'two');
      await tab.shows('two', drawing);
      assert.equal(await tab.loads(), 1);
      site.edit('notes.txt', 'one', 'two');
      await tab.shows('two', () =>
        document.querySelector('iframe').contentDocument.body.textContent.trim(),
      );
      assert.equal(await tab.loads(), 2);
    },
  );
}

// The characters for "Chinese" in GBK, and those for "net page".
const gbk = (...bytes) =>
  Buffer.concat([
    Buffer.from('<!doctype html><html><head><meta charset="gbk"><title>t</title></head><body><p>'),
    Buffer.from(bytes),
    Buffer.from('</p></body></html>'),
  ]);

const xhtml =
  '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>one</body></html>';
const drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text>one</text></svg>';

/** @param {TestSite} testSite */
function testHalfDocuments(testSite) {
  const halves = ['', '<?xml version="1.0"?>\n', '<?xml version="1.0"?>\n<html xmlns="http:'];
  testSite(
    'XHTML and a drawing that were loaded before they were written are followed',
    Object.fromEntries(
      halves.flatMap((half, i) => [`${i}.xhtml`, `${i}.svg`].map((name) => [name, half])),
    ),
    async ({ open, site }) => {
      for (const i of halves.keys()) {
        for (const [name, whole] of [
          [`${i}.xhtml`, xhtml],
          [`${i}.svg`, drawing],
        ]) {
          const tab = await open(name);
          await tab.hears('state');
          site.write(name, whole);
          await tab.shows('one', () => document.querySelector('body, text')?.textContent);
          await tab.close();
        }
      }
    },
  );
}

/** @param {TestSite} testSite */
function testKindsOfDocuments(testSite) {
  testSite(
    'documents of every kind are followed',
    {
      'bare.html': 'one',
      'page.xhtml': `<?xml version="1.0"?>\n${xhtml}`,
      'drawing.svg': drawing,
    },
    async ({ open, site }) => {
      for (const name of ['bare.html', 'page.xhtml', 'drawing.svg']) {
        const tab = await open(name);
        const text = () => document.querySelector('body, text').textContent;
        await tab.shows('one', text);
        site.edit(name, 'one', 'two');
        await tab.shows('two', text);
        assert.equal(await tab.loads(), name === 'bare.html' ? 1 : 2, name);
      }
    },
  );

  testSite(
    'a missing page and a listing become the page that is created there',
    { 'folder/file.txt': '' },
    async ({ open, site }) => {
      const missing = await open('late.html');
      const width = () => getComputedStyle(document.body).maxWidth;
      await missing.shows('544px', width);
      site.write('late.html', page('<p>here</p>'));
      await missing.showsText('p', 'here');

      const listing = await open('folder/');
      const names = () => document.body.textContent.match(/\w+\.txt/g).join();
      await listing.shows('832px', width);
      await listing.shows('file.txt', names);
      site.write('folder/other.txt', '');
      await listing.shows('file.txt,other.txt', names);
      site.write('folder/index.html', page('<p>here</p>'));
      await listing.showsText('p', 'here');
    },
  );

  // A copy of such a listing is made only when it changes, not at its load.
  testSite(
    'a listing of more than 20,000 elements gets in place what comes, and loses what goes',
    Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`many/${i}.txt`, ''])),
    async ({ open, site }) => {
      const tab = await open('many/');
      const status = () => document.querySelector('[role=status]').textContent;
      const isLarge = () => document.querySelectorAll('*').length > 20000;
      await tab.shows(true, isLarge);
      await tab.hears('state');
      site.write('many/new.txt', '');
      await tab.shows('0 folders, 3001 files', status);
      site.remove('many/0.txt');
      await tab.shows('0 folders, 3000 files', status);
      const names = () =>
        ['new.txt', '0.txt', '2999.txt'].map((name) =>
          [...document.links].some(({ textContent }) => textContent === name),
        );
      assert.deepEqual(await tab.page.evaluate(names), [true, false, true]);
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'scripts and style sheets may have any name',
    {
      'index.html':
        '<link rel="stylesheet" href="style"><p>one</p><script src="script.txt"></script>',
      style: css('p', GREEN),
      'script.txt': 'document.querySelector("p").textContent = "two";',
    },
    async ({ open }) => {
      const tab = await open();
      await tab.showsText('p', 'two');
      await tab.showsColour('p', GREEN);
    },
  );

  testSite(
    "a page with the Content-Security-Policy default-src 'self' is followed",
    { 'index.html': page('<p>one</p>', link('style.css')), 'style.css': css('p', RED) },
    async ({ open, site, server }) => {
      const proxy = await startProxy(server.url, {
        'content-security-policy': "default-src 'self'",
      });
      const tab = await open(proxy.url);
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.loads(), 1);
      site.edit('index.html', '</p>', '</p><script src="none.js"></script>');
      await tab.isLoaded(2);
      proxy.stop();
    },
  );

  testSite(
    'a page in GBK shows the right characters and is followed',
    { 'index.html': gbk(0xd6, 0xd0, 0xce, 0xc4) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('p', '中文');
      site.write('index.html', gbk(0xcd, 0xf8, 0xd2, 0xb3));
      await tab.showsText('p', '网页');
    },
  );

  // "Привет" in windows-1251, "日本" in Shift_JIS, declared; UTF-16 by its byte order mark alone.
  const encoded = (charset, ...bytes) =>
    Buffer.concat([
      Buffer.from(`<!doctype html><html><head><meta charset="${charset}"></head><body><p>`),
      Buffer.from(bytes),
      Buffer.from('</p></body></html>'),
    ]);
  const utf16 = (text) =>
    Buffer.from(
      `\ufeff<!doctype html><html><head></head><body><p>${text}</p></body></html>`,
      'utf16le',
    );

  testSite(
    'pages in other encodings show the right characters and are followed',
    {
      'russian.html': encoded('windows-1251', 0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2),
      'japanese.html': encoded('shift_jis', 0x93, 0xfa, 0x96, 0x7b),
      'wide.html': utf16('月'),
      'wide-big.html': utf16('月').swap16(),
    },
    async ({ open, site }) => {
      await (await open('russian.html')).showsText('p', 'Привет');
      await (await open('japanese.html')).showsText('p', '日本');
      await (await open('wide-big.html')).showsText('p', '月');
      const tab = await open('wide.html');
      await tab.showsText('p', '月');
      site.write('wide.html', utf16('林'));
      await tab.showsText('p', '林');
    },
  );
}

/** @param {TestSite} testSite */
function testWhatIsLeftAlone(testSite) {
  testSite(
    'a <video> seeks (RFC 9110 14: it asks for ranges)',
    {
      'index.html': page('<video src="long.wav" preload="metadata"></video>'),
      // An hour: far more than a browser reads before it seeks.
      'long.wav': silence(3600),
    },
    async ({ open }) => {
      const tab = await open();
      const seen = await tab.page.evaluate(async () => {
        const video = document.querySelector('video');
        const happens = (type) =>
          new Promise((done) => video.addEventListener(type, done, { once: true }));
        if (video.readyState === 0) await happens('loadedmetadata');
        video.currentTime = 3000;
        await happens('seeked');
        return { at: video.currentTime, end: video.seekable.end(0) };
      });
      assert.equal(seen.at, 3000);
      assert.equal(Math.round(seen.end), 3600);
    },
  );

  testSite(
    'a page with data-liveserve="off" is left alone',
    {
      'off.html':
        '<!doctype html><html data-liveserve="off"><head></head><body><p>one</p></body></html>',
      'on.html': page('<p>one</p>'),
    },
    async ({ open, site }) => {
      const off = await open('off.html');
      const on = await open('on.html');
      site.edit('off.html', 'one', 'two');
      site.edit('on.html', 'one', 'two');
      await on.showsText('p', 'two');
      assert.ok(await off.isSameDocument());
    },
  );

  const guest = '<script>window.before = Object.keys(window).length</script>';

  testSite(
    'a page finds nothing of liveserve in its window',
    { 'index.html': page('<p>text</p>', guest + link('style.css')), 'style.css': css('p', RED) },
    async ({ open, site }) => {
      const tab = await open();
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      // Less two of its own: before, and the marker of openTab.
      assert.equal(await tab.ask(() => Object.keys(window).length - 2 - window.before), 0);
      assert.equal(await tab.ask(() => Object.keys(sessionStorage).join()), 'loads /');
    },
  );
}

/** @param {TestSite} testSite */
function testFirstRun(testSite) {
  testSite(
    'a page of an empty site becomes the first page as soon as it is there',
    {},
    async ({ open, site }) => {
      const first = await open('');
      const text = () => document.querySelector('[role=status]').textContent;
      await first.shows(
        'This folder is empty. As soon as index.html is in it, this page shows it. ' +
          'To make one, run in the folder: liveserve init --page',
        text,
      );
      const { code, stderr } = run(['init', '--page', site.root]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      await first.showsText('h1', 'Hello, this is my page');
      await first.shows(
        'rgb(11, 107, 93)',
        () => getComputedStyle(document.querySelector('h1')).color,
      );
    },
  );
}

/**
 * @param {BrowserName} name
 * @param {TestSite} testSite
 */
export function testFollowing(name, testSite) {
  describe('with reports of requests', () => testExampleSite(name));
  testEdits(testSite);
  testRestarts(name, testSite);
  testTabsAndFrames(testSite);
  testKindsOfDocuments(testSite);
  testHalfDocuments(testSite);
  testWhatIsLeftAlone(testSite);
  testFirstRun(testSite);
}

/** A server whose first answer waits for act. @param {() => Promise<void>} act */
async function startGate(act) {
  let acting;
  const gate = http.createServer(async (request, response) => {
    acting ??= act();
    await acting;
    response.writeHead(200, { 'access-control-allow-origin': '*' });
    response.end();
  });
  await once(gate.listen(0, '127.0.0.1'), 'listening');
  const stop = () => {
    gate.close();
    gate.closeAllConnections();
  };
  atEnd(stop);
  return { url: `http://127.0.0.1:${portOf(gate)}/`, stop };
}

/** @param {string} folder */
function readFolder(folder) {
  /** @type {Record<string, Buffer>} */
  const files = {};
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) files[entry.name] = fs.readFileSync(path.join(folder, entry.name));
  }
  return files;
}
