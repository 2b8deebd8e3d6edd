import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { createConnection } from '../../../inject/server/connection.js';
import { FakeClock, FakeDocument, FakeSocket, settle } from '../fakes.js';

/** A page with a connection; at random 0.5 the waits are 100, 200, 400 ... milliseconds. */
function connect({
  visibilityState = 'visible',
  random = 0.5,
  isRefused = false,
  prerendering = false,
} = {}) {
  const clock = new FakeClock();
  const document = new FakeDocument();
  mock.method(Math, 'random', () => random);
  Object.assign(document, { visibilityState, prerendering });
  const page = { clock, document, window: new EventTarget(), isServerThere: true, probes: 0 };
  page.sockets = [];
  page.others = [];
  page.heard = [];
  page.barred = new Set();
  page.missed = [];
  page.noise = [];
  page.isRefused = isRefused;
  page.probe = async () => {
    page.probes++;
    if (!page.isServerThere) throw new TypeError('Failed to fetch');
  };
  /** @type {(made: FakeSocket[], url: string) => any} */
  const make = (made, url) => {
    assert.equal(url, 'ws://localhost:9000/ws');
    if (page.isRefused) throw new Error('SecurityError');
    made.push(new FakeSocket());
    return made.at(-1);
  };
  const connect = ({ url }) => make(page.sockets, url);
  page.send = createConnection({
    url: 'ws://localhost:9000/ws',
    origin: 'http://localhost:9000',
    barred: page.barred,
    connect,
    async probe(isBlocked) {
      await page.probe(isBlocked);
      return { connect: isBlocked ? ({ url }) => make(page.others, url) : connect };
    },
    hello: () => `hello ${page.sockets.length}`,
    receive: (text) => page.heard.push(text),
    offline: (isMissed) => page.missed.push(isMissed),
    later: clock.later,
    now: () => clock.now,
    window: /** @type {any} */ (page.window),
    document: /** @type {any} */ (document),
    console: /** @type {any} */ ({ debug: (text) => page.noise.push(text) }),
  });
  page.fire = async (type, more = {}) => {
    page.window.dispatchEvent(Object.assign(new Event(type), more));
    await settle();
  };
  page.turn = async (state) => {
    document.turn(state);
    await settle();
  };
  page.last = () => page.others.at(-1) ?? page.sockets.at(-1);
  return page;
}

test('it says hello when the socket opens and hands on what it hears', () => {
  const { sockets, heard, probes } = connect();
  assert.equal(sockets.length, 1);
  assert.equal(probes, 0, 'the page has just come from there');
  sockets[0].open();
  assert.deepEqual(sockets[0].sent, ['hello 1']);
  sockets[0].say('one');
  sockets[0].say('two');
  assert.deepEqual(heard, ['one', 'two']);
});

test('it tries again after 100 ms, then less and less often, down to every 0.7 s', async () => {
  const page = connect();
  page.isServerThere = false;
  page.last().lose();
  const times = [];
  for (let i = 0; i < 8; i++) {
    const { probes } = page;
    while (page.probes === probes) await page.clock.pass(10);
    times.push(page.clock.now);
  }
  assert.deepEqual(times, [100, 300, 700, 1400, 2100, 2800, 3500, 4200]);
  assert.equal(page.sockets.length, 1, 'no socket without a server');

  page.isServerThere = true;
  await page.clock.pass(2000);
  assert.equal(page.sockets.length, 2);
  page.last().open();
  assert.deepEqual(page.last().sent, ['hello 2']);
});

test('the waits are spread over half of their length', async () => {
  for (const [random, wait] of [
    [0, 75],
    [0.999, 124],
  ]) {
    const page = connect({ random });
    page.last().lose();
    await page.clock.pass(wait - 1);
    assert.equal(page.sockets.length, 1);
    await page.clock.pass(2);
    assert.equal(page.sockets.length, 2);
  }
});

test('a message from the server, not an open socket, makes the waits short again', async () => {
  const page = connect();
  /** @type {[boolean, number][]} */
  const rows = [
    [false, 100],
    [false, 200],
    [true, 100],
    [false, 200],
  ];
  for (const [say, wait] of rows) {
    page.last().open();
    if (say) page.last().say('hello');
    page.last().lose();
    const last = page.last();
    await page.clock.pass(wait - 1);
    assert.equal(page.last(), last);
    await page.clock.pass(1);
    assert.notEqual(page.last(), last);
  }
});

test('the first try is made in a hidden tab too, others wait until it is seen', async () => {
  const page = connect({ visibilityState: 'hidden' });
  assert.equal(page.sockets.length, 1);
  page.last().lose();
  await page.clock.pass(60000);
  assert.equal(page.probes, 0);
  await page.turn('visible');
  assert.equal(page.sockets.length, 2);
});

test('a tab that is seen again does not wait for its next try', async () => {
  const page = connect();
  page.isServerThere = false;
  page.last().lose();
  await page.clock.pass(4000);
  await page.turn('hidden');
  page.isServerThere = true;
  await page.turn('visible');
  assert.equal(page.sockets.length, 2);
  await page.clock.pass(10000);
  assert.equal(page.sockets.length, 2, 'and the waiting try is called off');
});

test('a socket is kept through a short absence and renewed after a long one', async () => {
  const page = connect();
  page.last().open();
  await page.turn('hidden');
  await page.clock.pass(60000);
  await page.turn('visible');
  assert.equal(page.sockets.length, 1);
  await page.turn('hidden');
  await page.clock.pass(60001);
  await page.turn('visible');
  assert.equal(page.sockets.length, 2);
  assert.ok(page.sockets[0].isClosed);
});

test('when the network comes back the socket is renewed', async () => {
  const page = connect();
  page.last().open();
  await page.fire('online');
  assert.equal(page.sockets.length, 2);
  page.sockets[0].say('late');
  page.sockets[0].lose();
  await page.clock.pass(10000);
  assert.deepEqual(page.heard, []);
  assert.equal(page.sockets.length, 2);
});

test('it ends when the page is left, and starts anew when the page comes back from the cache', async () => {
  const page = connect();
  page.last().open();
  await page.fire('pagehide');
  assert.ok(page.last().isClosed);
  page.last().lose();
  await page.clock.pass(10000);
  assert.equal(page.probes, 0);
  await page.fire('pageshow', { persisted: true });
  assert.equal(page.sockets.length, 2);
});

test('the first pageshow of a page is not a return', async () => {
  const page = connect();
  await page.fire('pageshow', { persisted: false });
  assert.equal(page.sockets.length, 1);
  assert.ok(!page.last().isClosed);
});

test('an answer that comes after the page was left, or after a newer one, opens nothing', async () => {
  const page = connect();
  const answers = [];
  page.probe = () => new Promise((resolve) => answers.push(resolve));
  page.last().lose();
  await page.clock.pass(100);
  await page.fire('online');
  assert.equal(answers.length, 2);
  answers[0]();
  await settle();
  assert.equal(page.sockets.length, 1);
  await page.fire('pagehide');
  answers[1]();
  await settle();
  assert.equal(page.sockets.length, 1);
  await page.clock.pass(4000);
  assert.ok(page.clock.isIdle);
});

test('a socket that cannot even be made is tried again', async () => {
  const page = connect();
  page.isRefused = true;
  page.last().lose();
  await page.clock.pass(250);
  page.isRefused = false;
  await page.clock.pass(200);
  assert.equal(page.sockets.length, 2);
});

test('what is to be sent goes to the open socket, and is lost without one', async () => {
  const page = connect();
  page.send('early');
  page.last().open();
  page.send('one');
  assert.deepEqual(page.last().sent, ['hello 1', 'one']);
  page.last().lose();
  page.send('late');
  await page.clock.pass(100);
  page.send('connecting');
  page.last().open();
  page.send('two');
  assert.deepEqual(page.sockets[0].sent, ['hello 1', 'one']);
  assert.deepEqual(page.last().sent, ['hello 2', 'two']);
});

test('it is said when somebody misses the connection, and when not', async () => {
  const page = connect();
  page.isServerThere = false;
  page.last().open();
  page.last().say('hello');
  assert.deepEqual(page.missed, [false]);
  page.last().lose();
  await page.clock.pass(350);
  assert.deepEqual(page.missed, [false, true, true]);
  await page.turn('hidden');
  await page.clock.pass(10000);
  assert.equal(page.missed.at(-1), false, 'nobody looks');
  await page.turn('visible');
  assert.equal(page.missed.at(-1), true);
  page.isServerThere = true;
  await page.clock.pass(2000);
  assert.equal(page.missed.at(-1), true, 'a server is not yet a connection');
  page.last().open();
  page.last().say('hello');
  assert.equal(page.missed.at(-1), false);
});

test('where the page forbids the socket there is no second try, and one line about it', async () => {
  for (const isRefused of [false, true]) {
    const page = connect({ isRefused });
    page.barred.add('ws://localhost:9000/ws');
    if (!isRefused) page.last().lose();
    await page.clock.pass(10000);
    for (const state of ['hidden', 'visible']) await page.turn(state);
    await page.fire('online');
    await page.fire('pageshow', { persisted: true });
    await page.clock.pass(10000);
    assert.equal(page.probes, 0);
    assert.equal(page.missed.at(-1), false);
    assert.deepEqual(page.noise, ['liveserve: connect-src forbids it']);
  }
});

test("what the page forbids of its own is not the connection's affair", async () => {
  const page = connect();
  page.barred.add('ws://localhost:9000/other');
  page.last().lose();
  await page.clock.pass(200);
  assert.equal(page.sockets.length, 2);
  assert.deepEqual(page.noise, []);
});

test('a socket that cannot even be made at first is tried again', async () => {
  const page = connect({ isRefused: true });
  page.isRefused = false;
  await page.clock.pass(200);
  assert.equal(page.sockets.length, 1);
});

test('a page that is rendered ahead connects when it is seen', async () => {
  const page = connect({ visibilityState: 'hidden', prerendering: true });
  await page.clock.pass(10000);
  assert.equal(page.sockets.length, 0);
  page.document.prerendering = false;
  await page.turn('visible');
  assert.equal(page.sockets.length, 1);
});

test('without a message it only says whether there is a connection', () => {
  const page = connect();
  assert.equal(page.send(), false);
  assert.equal(page.send('x'), false);
  page.last().open();
  assert.equal(page.send(), true);
  assert.equal(page.send('x'), true);
  assert.deepEqual(page.last().sent, ['hello 1', 'x']);
});

/** Lets a socket fail, and the next one be opened. */
async function fail(page, socket) {
  const made = page.sockets.length + page.others.length;
  socket.lose();
  while (page.sockets.length + page.others.length === made) await page.clock.pass(10);
}

test('after two sockets without a message, another kind is used, and stays', async () => {
  const page = connect();
  await fail(page, page.sockets[0]);
  assert.equal(page.others.length, 0, 'one may have been bad luck');
  page.sockets[1].open();
  await fail(page, page.sockets[1]);
  assert.equal(page.sockets.length, 2);
  page.others[0].open();
  page.others[0].say('hello');
  assert.deepEqual(page.heard, ['hello']);
  assert.equal(page.send('x'), true);
  assert.deepEqual(page.others[0].sent, ['hello 2', 'x']);
  for (let i = 0; i < 3; i++) {
    await fail(page, page.others.at(-1));
    page.others.at(-1).open();
    page.others.at(-1).say('hello');
  }
  assert.equal(page.sockets.length, 2);
});

test('sockets that have had a message do not count', async () => {
  const page = connect();
  for (let i = 0; i < 5; i++) {
    page.last().open();
    page.last().say('hello');
    await fail(page, page.last());
    await fail(page, page.last());
  }
  assert.equal(page.sockets.length, 11);
  assert.equal(page.others.length, 0);
});

test('nor do those that failed while the server did not answer', async () => {
  const page = connect();
  for (let i = 0; i < 4; i++) {
    page.isServerThere = false;
    page.last().lose();
    await page.clock.pass(3000);
    page.isServerThere = true;
    await page.clock.pass(1000);
  }
  assert.equal(page.sockets.length, 5);
  assert.equal(page.others.length, 0);
});

test('if the other kind cannot be had, WebSockets are tried again', async () => {
  const page = connect();
  page.probe = async (isBlocked) => {
    if (isBlocked) throw new TypeError('Failed to fetch');
  };
  for (let i = 0; i < 4; i++) await fail(page, page.last());
  assert.equal(page.sockets.length, 5);
  assert.equal(page.others.length, 0);
});

test('a socket that is not opened in four seconds has failed', async () => {
  const page = connect();
  for (const socket of page.sockets) socket.close = () => socket.lose();
  await page.clock.pass(3999);
  assert.equal(page.sockets.length, 1);
  await page.clock.pass(101);
  assert.equal(page.sockets.length, 2);
  page.last().open();
  await page.clock.pass(10000);
  assert.equal(page.sockets.length, 2, 'but an open one may be silent');
});
