import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createFollower } from '../../../view/status/follower.js';

/** A page, a server and a clock. */
function start() {
  /** @type {(() => void)[]} */
  const due = [];
  /** @type {() => void} */
  let turned;
  const elements = { state: { innerHTML: 'first' }, lost: { hidden: true } };
  const document = {
    hidden: false,
    getElementById: (id) => elements[id],
    addEventListener: (_, act) => (turned = act),
  };
  const world = {
    ...elements,
    due,
    answer: 'first',
    asked: 0,
    turn(hidden) {
      document.hidden = hidden;
      turned();
    },
    /** A second passes. */
    async pass() {
      assert.ok(due.length <= 1, 'one clock');
      due.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  createFollower({
    read: async () => {
      world.asked++;
      if (world.answer === undefined) throw new Error('away');
      return world.answer;
    },
    later: (act, ms) => {
      assert.equal(ms, 1000);
      due.push(act);
    },
    document: /** @type {any} */ (document),
  });
  return world;
}

test('the state is asked for every second, and shown when it is new', async () => {
  const world = start();
  world.answer = 'second';
  await world.pass();
  assert.equal(world.state.innerHTML, 'second');
  world.state.innerHTML = 'as the reader has left it';
  await world.pass();
  assert.equal(world.state.innerHTML, 'as the reader has left it', 'nothing was new');
  world.answer = 'third';
  await world.pass();
  assert.equal(world.state.innerHTML, 'third');
});

test('a hidden page asks nothing until it is seen again', async () => {
  const world = start();
  world.turn(true);
  await world.pass();
  await world.pass();
  assert.deepEqual([world.asked, world.due.length], [0, 0]);
  world.turn(false);
  world.turn(false);
  await world.pass();
  assert.equal(world.asked, 1);
});

test('a server that is away is said, and the last state stays', async () => {
  const world = start();
  await world.pass();
  world.answer = undefined;
  await world.pass();
  assert.equal(world.lost.hidden, false);
  assert.equal(world.state.innerHTML, 'first');
  world.answer = 'back';
  await world.pass();
  assert.equal(world.lost.hidden, true);
  assert.equal(world.state.innerHTML, 'back');
});
