import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect } from '../../inject/events.js';
import { FakeDocument, settle } from './fakes.js';

/** A page with its socket, which has a stream of events and the requests that were made. */
function open({ origin = 'http://localhost:9000' } = {}) {
  const page = { document: new FakeDocument(), posts: [], heard: [], answers: [], isAway: false };
  const window = {
    origin: 'http://localhost:9000',
    EventSource: class extends EventTarget {
      constructor(url) {
        super();
        page.url = url;
        page.stream = this;
      }
      close() {
        page.isStreamClosed = true;
      }
    },
    WebSocket: class {
      constructor(url, protocol) {
        page.socketUrl = `${url} ${protocol}`;
      }
    },
    fetch: async (url, { method, headers, body }) => {
      if (page.isAway) throw new TypeError('Failed to fetch');
      page.posts.push(`${method} ${url} ${headers['Liveserve-Stream-Key']} ${body}`);
      return new Promise((resolve) => page.answers.push((status) => resolve({ ok: status < 300 })));
    },
  };
  const url = `${origin.replace('http', 'ws')}/ws`;
  page.socket = connect(/** @type {any} */ ({ window, document: page.document, origin, url }));
  for (const type of page.stream ? ['open', 'message', 'close'] : [])
    page.socket.addEventListener(type, ({ data }) => page.heard.push(data ?? type));
  page.say = (type, data) =>
    page.stream.dispatchEvent(Object.assign(new Event(type), data && { data }));
  page.answer = async (status) => {
    page.answers.shift()(status);
    await settle();
  };
  return page;
}

const POST = 'POST http://localhost:9000/__liveserve/events k1';

test('it is open when the server has told the key', async () => {
  const page = open();
  assert.equal(page.url, 'http://localhost:9000/__liveserve/events');
  page.socket.send('early');
  await settle();
  assert.deepEqual(page.posts, []);
  assert.equal(page.socket.readyState, 0);
  page.say('open');
  assert.equal(page.socket.readyState, 0);
  page.say('key', 'k1');
  assert.equal(page.socket.readyState, 1);
  page.say('message', 'one');
  page.say('message', 'two');
  assert.deepEqual(page.heard, ['open', 'one', 'two']);
});

test('messages are sent one after the other', async () => {
  const page = open();
  page.say('key', 'k1');
  for (const text of ['a', 'b', 'c']) page.socket.send(text);
  await settle();
  assert.deepEqual(page.posts, [`${POST} a`]);
  await page.answer(204);
  assert.deepEqual(page.posts, [`${POST} a`, `${POST} b`]);
  await page.answer(204);
  await page.answer(204);
  assert.equal(page.posts.length, 3);
  assert.equal(page.socket.readyState, 1);
});

test('a message that the server does not take ends it, and what waits is not sent', async () => {
  for (const isAway of [false, true]) {
    const page = open();
    page.say('key', 'k1');
    page.isAway = isAway;
    page.socket.send('a');
    page.socket.send('b');
    await settle();
    if (!isAway) await page.answer(404);
    assert.equal(page.socket.readyState, 3);
    assert.ok(page.isStreamClosed);
    assert.deepEqual(page.heard, ['open', 'close']);
    assert.equal(page.posts.length, isAway ? 0 : 1);
  }
});

test('a stream that is lost, or never comes, ends it once', () => {
  for (const key of ['k1', '']) {
    const page = open();
    if (key) page.say('key', key);
    page.say('error');
    page.say('error');
    assert.ok(page.isStreamClosed, 'the browser would open another one by itself');
    assert.deepEqual(page.heard, key ? ['open', 'close'] : ['close']);
  }
});

test('when there are many, it ends in a tab that is not looked at', () => {
  const page = open();
  page.say('key', 'k1');
  page.document.turn('hidden');
  page.document.turn('visible');
  page.say('many');
  page.document.turn('visible');
  assert.equal(page.socket.readyState, 1);
  page.document.turn('hidden');
  assert.equal(page.socket.readyState, 3);
  assert.deepEqual(page.heard, ['open', 'close']);
  page.document.turn('visible');
  page.document.turn('hidden');
  assert.deepEqual(page.heard, ['open', 'close']);

  const hidden = open();
  hidden.say('key', 'k1');
  hidden.document.turn('hidden');
  assert.equal(hidden.socket.readyState, 1);
  hidden.say('many');
  assert.equal(hidden.socket.readyState, 3);
});

test('who closes it hears nothing more', () => {
  const page = open();
  page.say('key', 'k1');
  page.say('many');
  page.socket.close();
  page.say('error');
  page.document.turn('hidden');
  assert.deepEqual(page.heard, ['open']);
});

test('a page of another server goes on with WebSockets', () => {
  const page = open({ origin: 'http://localhost:9001' });
  assert.equal(page.socketUrl, 'ws://localhost:9001/ws liveserve.v1');
  assert.equal(page.stream, undefined);
});
