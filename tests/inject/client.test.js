import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';

// The script loads this module later. Then it is there at once.
import { follow } from '../../inject/page/script_tag.js';
import '../../inject/update.js';
import { element, page } from './fake_dom.js';
import { makeWindow, run } from './fake_window.js';
import { settle } from './fakes.js';

const ORIGIN = 'http://localhost:9000';
const BEHIND_A_PROXY = 'http://client.test/update/9000';

// The script loads update.js from where it came from: here it is the module itself.
const HOOK = `export const resolve = (name, context, next) =>
  /^http:.*[/]__liveserve[/]update.js$/.test(name)
    ? { url: '${new URL('../../inject/update.js', import.meta.url)}', shortCircuit: true }
    : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(HOOK)}`);

// The script asks for the document, patches it or loads again: each begins with an import, after the one before.
const IMPORTS = 3;

/** Imports are resolved one after the other. So when this one is, that of the script is, too. */
async function settleAll() {
  for (let round = 0; round <= IMPORTS; round++) {
    if (round > 0) await import(`${ORIGIN}/__liveserve/update.js`);
    for (let i = 0; i < 20; i++) await settle();
  }
}

/** The tag as the server writes it. */
const makeTag = (attributes = {}, root = ORIGIN) =>
  Object.assign(element('script', { 'data-version': 'e.1', ...attributes }), {
    src: `${root}/__liveserve/client.js`,
  });

/** Runs the script in a page, up to the hello of the server. */
async function open({
  body = [],
  head = [],
  root = {},
  attributes = {},
  at = ORIGIN,
  change = (/** @type {any} */ window) => void window,
} = {}) {
  const tag = makeTag(attributes, at);
  const document = page({ head: [tag, ...head], body, root });
  document.currentScript = tag;
  const window = makeWindow(document, `${at}/`);
  change(window);
  await run('client', window);
  const socket = window.sockets[0];
  window.say = async (message) => {
    socket.say(JSON.stringify(message));
    await settleAll();
  };
  window.sent = () => socket.sent.splice(0);
  if (!socket) return window;
  socket.open();
  window.hello = window.sent();
  await window.say({ type: 'hello', epoch: 'e', version: 1 });
  return window;
}

const change = (urls, kind = 'modified') => ({
  type: 'change',
  version: 2,
  changes: [{ urls, kind }],
});

test('the script connects, greets the server and tells what the page uses', async () => {
  const window = await open({
    body: [Object.assign(element('img'), { src: 'http://localhost:9000/a.png' })],
  });
  const [socket] = window.sockets;
  assert.deepEqual([socket.url, socket.protocol], ['ws://localhost:9000/ws', 'liveserve.v1']);
  assert.deepEqual(window.hello, [{ type: 'hello', page: '/', epoch: 'e', version: 1 }]);
  assert.deepEqual(window.sent(), [{ type: 'uses', urls: ['/', '/a.png'] }]);
});

test('behind a proxy with a path, all addresses are those that the server knows', async () => {
  const window = await open({
    at: BEHIND_A_PROXY,
    body: ['/update/9000/a.png', '/b.png', '/update/9000/__liveserve/c.png'].map((path) =>
      Object.assign(element('img'), { src: `http://client.test${path}` }),
    ),
  });
  assert.equal(window.sockets[0].url, 'ws://client.test/update/9000/ws');
  assert.equal(window.hello[0].page, '/');
  assert.deepEqual(window.sent(), [{ type: 'uses', urls: ['/', '/a.png'] }]);
  window.nextDocument = page({ body: [element('p', {}, 'two')] });
  await window.say(change(['/', '/index.html']));
  assert.deepEqual(window.requests, [`GET ${BEHIND_A_PROXY}/`]);
});

test('a page that a script has moved out of the path of the proxy is followed all the same', async () => {
  const window = await open({ at: BEHIND_A_PROXY });
  window.location.href = 'http://client.test/elsewhere';
  await window.say(change(['/elsewhere.html']));
  assert.deepEqual(window.requests, []);
  await window.say(change(['/', '/index.html']));
  assert.equal(window.requests[0], 'GET http://client.test/elsewhere');
});

/** One that has got an answer. @param {string} name @param {string} initiatorType */
const request = (name, initiatorType) => ({
  name: `http://localhost:9000/${name}`,
  initiatorType,
  responseStatus: 200,
  responseStart: 1,
});

test('where the script does nothing', async () => {
  /** @type {any[][]} */
  const rows = [
    ['a page that has switched it off', { root: { 'data-liveserve': 'off' } }],
    ['a tag that the server did not write', { attributes: { 'data-version': 'x' } }],
    ['a sandbox without an origin', { change: (window) => (window.origin = 'null') }],
    ['a document in which another tag works', { change: ({ document }) => follow(document) }],
    ['a browser that lacks something', { change: (window) => (window.PerformanceObserver = null) }],
  ];
  for (const [what, given] of rows) {
    const window = await open(given);
    assert.equal(window.sockets.length, 0, what);
    assert.equal(window.document.head.childNodes.length, 0, `${what}: the tag is taken out`);
  }
});

test('a script that the page uses means a reload', async () => {
  const app = request('app.js', 'script');
  const window = await open({ change: ({ entries }) => entries.push(app) });
  await window.say(change(['/other.js']));
  assert.deepEqual([window.requests, window.reloads], [[], 0]);
  await window.say(change(['/app.js']));
  assert.deepEqual(
    [window.requests, window.reloads],
    [
      [
        'HEAD http://localhost:9000/',
        `probe ${ORIGIN}/__liveserve/client.js#liveserve=`,
        'probe http://localhost:9000/app.js#liveserve=',
      ],
      1,
    ],
  );
});

test('the document is patched in place, and nothing is reloaded', async () => {
  const text = element('p', {}, 'one');
  const window = await open({ body: [text] });
  window.nextDocument = page({ body: [element('p', {}, 'two')] });
  await window.say(change(['/', '/index.html']));
  assert.equal(window.document.body.outerHTML, '<body><p>two</p></body>');
  assert.equal(text.isConnected, true);
  assert.deepEqual([window.requests, window.reloads], [['GET http://localhost:9000/'], 0]);
});

test('an image is exchanged in place', async () => {
  const image = Object.assign(element('img', { src: 'a.png' }), {
    src: 'http://localhost:9000/a.png',
  });
  const decode = async () => {};
  const window = await open({
    body: [image],
    change: (one) =>
      (one.Image = class {
        decode = decode;
      }),
  });
  await window.say(change(['/a.png']));
  assert.match(image.getAttribute('src'), /^a\.png\?liveserve=\w+$/);
  assert.equal(window.reloads, 0);
});

test('what the page logs is told, by level', async () => {
  /** @type {any[][]} */
  const rows = [
    [undefined, ['error']],
    ['none', []],
    ['all', ['error', 'warn', 'info', 'log', 'debug']],
    ['unknown', ['error']],
  ];
  for (const [level, expected] of rows) {
    const attributes = level ? { 'data-console': level } : {};
    const window = await open({ attributes: /** @type {any} */ (attributes) });
    window.sent();
    for (const name of ['error', 'warn', 'info', 'log', 'debug']) window.console[name]('x');
    await settleAll();
    const told = window.sent().map((message) => message.level);
    assert.deepEqual(told, expected, String(level));
  }
});

test('a problem in the page is noted, but not in a frame nor in a drawing', async () => {
  const message = {
    ...change(['/']),
    changes: [{ urls: ['/a.css'], kind: 'modified', problem: 'bad' }],
  };
  const css = request('a.css', 'link');
  /** @type {any[][]} */
  const rows = [
    ['a page', () => {}, 1],
    ['a frame', (window) => (window.frameElement = {}), 0],
    ['a drawing', (window) => (window.isHtml = false), 0],
  ];
  for (const [what, act, expected] of rows) {
    const window = await open({
      change: (one) => {
        one.entries.push(css);
        /** @type {any} */ (act)(one);
      },
    });
    await window.say(message);
    const hosts = window.document.documentElement.children.slice(2);
    assert.equal(hosts.length, expected, what);
  }
});

test('what the page before has stored is restored and forgotten, and the next page gets its own', async () => {
  const field = Object.assign(element('input', { id: 'f' }), { type: 'text', value: '' });
  const where = { name: 'input', key: '["f","","text"]', hints: [], at: 0, count: 1, total: 1 };
  const entries = [['entered', where, 'typed']];
  const state = { entries, before: [], scroll: [0, 0], at: Date.now() };
  const notes = { 'liveserve keep /': JSON.stringify(state) };
  globalThis.CSS ??= /** @type {any} */ ({ escape: (text) => text });
  await open({
    body: [field],
    change(one) {
      one.sessionStorage = notes;
      one.performance.getEntriesByType = () => [{ type: 'reload' }];
    },
  });
  await settleAll();
  assert.equal(field.value, 'typed');
  assert.deepEqual(notes, {});
});

test('a deleted document is awaited', async () => {
  const window = await open();
  await window.say(change(['/', '/index.html'], 'deleted'));
  await window.say({ ...change(['/x.js']), version: 3 });
  assert.deepEqual([window.requests, window.reloads], [[], 0]);
});

test('a connection that is missing for long is noted', async () => {
  const window = await open();
  window.fetch = async () => {
    throw new TypeError('Failed to fetch');
  };
  window.sockets[0].lose();
  await window.pass(1500);
  const [host] = window.document.documentElement.children.slice(2);
  assert.equal(host.closedRoot.childNodes[0].textContent, 'liveserve: connecting …');
});

test('what goes wrong while there is no connection is told when the server is back', async () => {
  const window = await open();
  window.sockets[0].lose();
  window.console.error('lost');
  await window.pass(500);
  const [, socket] = window.sockets;
  socket.open();
  socket.say(JSON.stringify({ type: 'hello', epoch: 'e', version: 1 }));
  await settleAll();
  const texts = socket.sent.map(({ text }) => text).filter(Boolean);
  assert.deepEqual(texts, ['lost']);
});
