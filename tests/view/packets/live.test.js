import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLive, socketAddress } from '../../../view/packets/live.js';

class FakeSocket extends EventTarget {
  /** @type {string[]} */
  sent = [];
  isClosed = false;
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.isClosed = true;
    this.fire('close');
  }
  fire(type, more = {}) {
    this.dispatchEvent(Object.assign(new Event(type), more));
  }
}

/** A connection whose sockets, clock and server are the test's. */
function create() {
  const world = {
    /** @type {FakeSocket[]} */
    sockets: [],
    /** @type {{act: () => void, ms: number}[]} */
    waiting: [],
    messages: [],
    states: [],
    isThere: true,
    from: 1,
    live: null,
    async pass() {
      world.waiting.shift().act();
      await new Promise(setImmediate);
    },
  };
  world.live = createLive({
    connect: () => /** @type {any} */ (world.sockets[world.sockets.push(new FakeSocket()) - 1]),
    probe: async () => assert.ok(world.isThere),
    from: () => world.from,
    receive: (message) => world.messages.push(message),
    connected: (isConnected) => world.states.push(isConnected),
    later: (act, ms) => world.waiting.push({ act, ms }),
  });
  return world;
}

test('the address is beside the page', () => {
  assert.equal(socketAddress('http://localhost:9001/abc/'), 'ws://localhost:9001/abc/live');
  assert.equal(socketAddress('https://[::1]:1/abc/#x'), 'wss://[::1]:1/abc/live');
});

test('it says which row it wants first, and hands on what comes', () => {
  const { sockets, messages, states } = create();
  sockets[0].fire('open');
  sockets[0].fire('message', { data: '{"cleared":true}' });
  assert.deepEqual(sockets[0].sent, ['{"from":1}']);
  assert.deepEqual(messages, [{ cleared: true }]);
  assert.deepEqual(states, [true]);
});

test('a lost connection is made again, from the next row on', async () => {
  const world = create();
  world.sockets[0].fire('open');
  world.sockets[0].fire('message', { data: '{}' });
  world.from = 60;
  world.sockets[0].fire('close');
  assert.deepEqual(world.states, [true, false]);
  await world.pass();
  world.sockets[1].fire('open');
  assert.deepEqual(world.sockets[1].sent, ['{"from":60}']);
});

test('while there is no server it waits longer and longer, but not for ever', async () => {
  const world = create();
  world.isThere = false;
  world.sockets[0].fire('close');
  const waits = [];
  for (let i = 0; i < 7; i++) {
    waits.push(world.waiting[0].ms);
    await world.pass();
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 4000, 4000]);
  assert.equal(world.sockets.length, 1);
  world.isThere = true;
  await world.pass();
  assert.equal(world.sockets.length, 2);
});

test('what an older socket says does not count', () => {
  const world = create();
  world.live.again();
  assert.equal(world.sockets.length, 2);
  assert.ok(world.sockets[0].isClosed);
  world.sockets[0].fire('message', { data: '{"cleared":true}' });
  world.sockets[0].fire('close');
  assert.deepEqual(world.messages, []);
  assert.deepEqual(world.waiting, []);
});
