import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createResources } from '../../../inject/page/resources.js';
import { FakeDocument } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';
const entry = (name, initiatorType = 'script') => ({
  name: new URL(name, ORIGIN).href,
  initiatorType,
});

/** @param {any[]} [elements] @param {object | null} [frameElement] */
function makeResources(elements = [], frameElement = null) {
  const document = new FakeDocument();
  document.elements = elements;
  let callback;
  const browser = { pending: [], added: 0, ended: [] };
  class PerformanceObserver {
    constructor(given) {
      callback = given;
    }
    observe(options) {
      assert.deepEqual(options, { type: 'resource', buffered: true });
    }
    takeRecords() {
      return browser.pending.splice(0);
    }
  }
  const resources = createResources({
    window: /** @type {any} */ ({ PerformanceObserver, frameElement }),
    document: /** @type {any} */ (document),
    origin: ORIGIN,
    added: () => browser.added++,
    ended: ({ name }) => browser.ended.push(name),
  });
  browser.tell = (entries, options) => callback({ getEntries: () => entries }, null, options);
  browser.urls = () => [...resources.urls()].filter(Boolean).sort();
  browser.resources = resources;
  return browser;
}

test('what the browser has told and what it is about to tell', () => {
  const browser = makeResources();
  browser.tell([entry('/a.js?v=1'), entry('https://elsewhere.test/b.js')]);
  browser.pending.push(entry('/%63.js'));
  assert.deepEqual(browser.urls(), ['/a.js', '/c.js']);
  assert.deepEqual(browser.urls(), ['/a.js', '/c.js'], 'and it is remembered');
  assert.equal(browser.ended.length, 3, 'each request is told of once');
});

test('a script of ours that comes later is nothing new', () => {
  const browser = makeResources();
  browser.tell([entry('/__liveserve/update.js')]);
  assert.deepEqual(browser.urls(), []);
  assert.equal(browser.added, 0);
});

test('elements count before they have loaded', () => {
  const browser = makeResources([
    { src: `${ORIGIN}/small.png`, currentSrc: `${ORIGIN}/large.png` },
    { src: `${ORIGIN}/a.js` },
    { href: `${ORIGIN}/icon.svg` },
    { data: `${ORIGIN}/plan.pdf` },
    { src: '' },
  ]);
  assert.deepEqual(browser.urls(), ['/a.js', '/icon.svg', '/large.png', '/plan.pdf']);
});

/** The document in a frame, which has requested these. */
function inFrame(...names) {
  const requests = names.map((name) => entry(name));
  const defaultView = { performance: { getEntriesByType: () => requests } };
  return Object.assign(new FakeDocument(), { defaultView });
}

test('a frame that has loaded our script looks after itself', () => {
  const matches = () => false;
  const live = inFrame('/__liveserve/client.js', '/a.css');
  const browser = makeResources([
    { src: `${ORIGIN}/live.html`, contentDocument: live, matches },
    { src: `${ORIGIN}/silent.html`, contentDocument: live, matches: () => true },
    { src: `${ORIGIN}/notes.txt`, contentDocument: inFrame('/b.css'), matches },
    { src: `${ORIGIN}/sandbox.html`, contentDocument: null },
  ]);
  const types = ['iframe', 'frame', 'object', 'embed'];
  browser.tell(types.map((type) => entry(`/${type}.html`, type)));
  browser.tell([entry('/live.html', 'iframe')]);
  assert.deepEqual(browser.urls(), [
    '/a.css',
    '/b.css',
    '/notes.txt',
    '/sandbox.html',
    '/silent.html',
  ]);
  // Nothing in a frame can be exchanged.
  assert.ok(browser.resources.read().has('/b.css'));
});

test('a frame that may be about to load our script can be left out', () => {
  const matches = () => false;
  const coming = Object.assign(inFrame('/a.css'), { readyState: 'loading' });
  const browser = makeResources([
    { src: `${ORIGIN}/coming.html`, contentDocument: coming, matches },
    { src: `${ORIGIN}/notes.txt`, contentDocument: inFrame('/b.css'), matches },
  ]);
  assert.deepEqual([...browser.resources.urls(true)].sort(), ['/b.css', '/notes.txt']);
  assert.deepEqual(browser.urls(), ['/a.css', '/b.css', '/coming.html', '/notes.txt']);
});

test('it says when the browser had to forget some', () => {
  const browser = makeResources();
  browser.tell([entry('/a.js')]);
  browser.tell([entry('/b.js')], { droppedEntriesCount: 0 });
  assert.equal(browser.resources.isCut(), false);
  browser.tell([entry('/c.js')], { droppedEntriesCount: 3 });
  assert.equal(browser.resources.isCut(), true);
});

test('it tells of each URL once', () => {
  const browser = makeResources();
  browser.tell([entry('/a.js')]);
  assert.equal(browser.added, 1);
  browser.tell([entry('/a.js?again'), entry('/live.html', 'iframe')]);
  assert.equal(browser.added, 1);
  browser.tell([entry('/a.js'), entry('/b.js'), entry('/c.js')]);
  assert.equal(browser.added, 2);
});

test('what may come from the memory of the browser is asked for first, and what is in a frame', () => {
  /** @type {any[][]} */
  const rows = [
    [['script', 'link', 'css', 'img', 'image'], false],
    [['fetch'], true],
    [['xmlhttprequest'], true],
    [['other'], true],
    [['beacon', 'script'], true],
    [[''], true],
  ];
  for (const [types, expected] of rows) {
    const browser = makeResources();
    browser.tell(types.map((type) => entry('/a', type)));
    assert.equal(browser.resources.mustAsk(), expected, `${types}`);
  }
  const ours = makeResources();
  ours.tell([entry('/__liveserve/x.js', 'other'), entry('/a.css?liveserve=1', 'fetch')]);
  assert.equal(ours.resources.mustAsk(), false, 'we fetch nothing for the page');
  ours.tell([{ ...entry('/a.js'), workerStart: 7 }]);
  assert.equal(ours.resources.mustAsk(), true, 'a service worker');
  assert.equal(makeResources([], {}).resources.mustAsk(), true, 'a frame');
  const cut = makeResources();
  cut.tell([entry('/a.js')], { droppedEntriesCount: 1 });
  assert.equal(cut.resources.mustAsk(), true, 'what is not known');
});
