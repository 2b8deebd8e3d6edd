/**
 * Connections: kept, shared, slow, broken off; and files that change while they are sent.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import { describe, test } from 'node:test';
import { connect, get, request } from '../support/http.js';
import { atMost, DEADLINE_MS, makeSite, until } from '../support/server.js';
import { frame, handshake } from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

const LARGE = 50e6;

const site = makeSite({ 'index.html': 'index', 'page.html': `<p>${'page '.repeat(20000)}` });
for (let i = 0; i < 50; i++) site.write(`numbered/${i}.txt`, `this is ${i}`);
for (const name of ['large.bin', 'shrinks.bin', 'grows.bin'])
  site.write(name, Buffer.alloc(LARGE, name));

const server = await serverForFile({ root: site.root });

const descriptors = () => fs.readdirSync(`/proc/${server.pid}/fd`).length;

/** Connects, asks for a file and reads only the beginning of the answer. */
async function beginDownload(target) {
  const connection = await connect(server);
  connection.send(request(server, target));
  await connection.take(1000);
  connection.pause();
  return connection;
}

// These take long, so they run beside the other tests. The time is measured here and checked at the end.
const waits = Object.entries({
  'nothing was ever sent': { begin: async () => {}, from: 4500, to: 7000 },
  'an answer was read': {
    begin: async (connection) => {
      connection.send(request(server, '/'));
      await connection.answer();
    },
    from: 4500,
    to: 7000,
  },
  'a head comes byte by byte and does not end': {
    begin: (connection) => {
      connection.send('GET / HTTP/1.1\r\nX: ');
      setInterval(() => connection.send('x'), 500).unref();
    },
    from: 9500,
    to: 12500,
  },
  'RFC 6455 5.5.1: a WebSocket whose client does not answer a close': {
    begin: async (connection) => {
      connection.send(handshake(server, { protocol: 'liveserve.v1' }));
      await connection.answer();
      connection.send(frame('nonsense'));
    },
    from: 0,
    to: 7000,
  },
}).map(([name, wait]) => ({ name, ...wait, lasted: measure(wait.begin) }));

async function measure(begin) {
  const connection = await connect(server);
  await begin(connection);
  const start = Date.now();
  await connection.rest(20000);
  return Date.now() - start;
}

describe('from one address on another machine', () => {
  const elsewhere = Object.values(os.networkInterfaces())
    .flat()
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

  test('512 connections are enough', { skip: !elsewhere && 'no address but loopback' }, () =>
    withServer({ root: site.root, args: ['--host=0.0.0.0'] }, async (own) => {
      const all = [];
      for (let i = 0; i < 520; i++) all.push(await connect(own, elsewhere));
      const ended = () => all.filter((connection) => connection.hasEnded).length;
      await until('the newest to be turned away', () => ended() === 8);
      assert.ok(all.slice(512).every((connection) => connection.hasEnded));
      // Other addresses still get in. This one gets in when some connections have gone.
      assert.equal((await get(own, '/')).status, 200);
      for (const connection of all.slice(0, 3)) connection.destroy();
      await until('a place', async () => {
        const connection = await connect(own, elsewhere);
        connection.send(request(own, '/', { Host: `${elsewhere}:${own.port}` }));
        const status = await connection.answer().then(
          (answer) => answer.status,
          () => 0,
        );
        connection.destroy();
        return status === 200;
      });
      for (const connection of all) connection.destroy();
    }),
  );
});

describe('RFC 9112 9.3: persistence', () => {
  test('one connection, answers of every kind', async () => {
    const connection = await connect(server);
    const { etag } = (await get(server, '/numbered/1.txt')).fields;
    /** @type {[string, string, import('../support/http.js').Fields, number][]} */
    const rows = [
      ['GET', '/numbered/1.txt', {}, 200],
      ['HEAD', '/large.bin', {}, 200],
      ['GET', '/none', {}, 404],
      ['HEAD', '/none', {}, 404],
      ['GET', '/numbered/1.txt', { 'If-None-Match': etag }, 304],
      ['GET', '/numbered/1.txt', { Range: 'bytes=1-2' }, 206],
      ['GET', '/numbered/1.txt', { Range: 'bytes=99-' }, 416],
      ['GET', '/numbered', {}, 302],
      ['OPTIONS', '/', {}, 204],
      ['POST', '/', {}, 405],
      ['BREW', '/', {}, 501],
      ['GET', '/%00', {}, 400],
      ['GET', '/numbered/1.txt', { 'If-Match': '"x"' }, 412],
      ['GET', '/page.html', {}, 200],
      ['GET', '/', {}, 200],
    ];
    for (const [method, target, fields, status] of rows) {
      connection.send(request(server, target, fields, method));
      const answer = await connection.answer(method);
      assert.equal(answer.status, status, `${method} ${target}`);
      assert.equal(answer.fields.connection, 'keep-alive');
      assert.equal(answer.fields['keep-alive'], 'timeout=5');
    }
    connection.destroy();
  });

  for (const value of ['close', 'Close', 'x, close', 'close, keep-alive', 'keep-alive,close']) {
    test(`9.6: Connection: ${value} is the last`, async () => {
      const connection = await connect(server);
      connection.send(
        request(server, '/', { Connection: value }) + request(server, '/numbered/1.txt'),
      );
      assert.equal((await connection.answer()).fields.connection, 'close');
      assert.equal((await connection.rest()).length, 0);
      connection.destroy();
    });
  }

  test('HTTP/1.0 is answered once', async () => {
    const connection = await connect(server);
    connection.send('GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n');
    const answer = await connection.answer();
    assert.deepEqual([answer.status, answer.fields.connection], [200, 'close']);
    assert.equal((await connection.rest()).length, 0);
    connection.destroy();
  });

  test('HTTP/1.0 with keep-alive stays open, and the answer says so', async () => {
    const connection = await connect(server);
    for (let i = 0; i < 3; i++) {
      connection.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
      assert.equal((await connection.answer()).fields.connection, 'keep-alive');
    }
    connection.destroy();
  });

  test('a client that has closed its sending side gets its answers', async () => {
    for (const target of ['/', '/large.bin']) {
      const connection = await connect(server);
      connection.send(request(server, target).repeat(2));
      connection.finish();
      assert.equal((await connection.answer()).status, 200);
      assert.equal((await connection.answer()).status, 200);
      assert.equal((await connection.rest()).length, 0);
    }
  });
});

describe('RFC 9112 9.3.2: pipelining', () => {
  test('50 requests in one packet are answered in their order', async () => {
    const connection = await connect(server);
    const all = Array.from({ length: 50 }, (_, i) => request(server, `/numbered/${i}.txt`)).join(
      '',
    );
    connection.send(all);
    for (let i = 0; i < 50; i++)
      assert.equal((await connection.answer()).body.toString(), `this is ${i}`);
    connection.destroy();
  });

  test('1000 requests with large answers between', async () => {
    const connection = await connect(server);
    const targets = Array.from({ length: 1000 }, (_, i) =>
      i % 250 === 7 ? '/large.bin' : i % 10 === 3 ? '/page.html' : `/numbered/${i % 50}.txt`,
    );
    connection.send(targets.map((target) => request(server, target)).join(''));
    for (const [i, target] of targets.entries()) {
      const { body } = await connection.answer();
      if (target === '/large.bin') assert.equal(body.length, LARGE);
      else if (target === '/page.html') assert.ok(body.length > 100000);
      else assert.equal(body.toString(), `this is ${i % 50}`);
    }
    connection.destroy();
  });

  test('3.1: two requests, cut in two anywhere', async () => {
    const bytes =
      request(server, '/numbered/1.txt') +
      request(server, '/numbered/2.txt', { Connection: 'close' });
    for (let cut = 1; cut < bytes.length; cut++) {
      const connection = await connect(server);
      await connection.send(bytes.slice(0, cut));
      await connection.send(bytes.slice(cut));
      assert.equal((await connection.answer()).body.toString(), 'this is 1', `cut at ${cut}`);
      assert.equal((await connection.answer()).body.toString(), 'this is 2', `cut at ${cut}`);
      await connection.rest();
      connection.destroy();
    }
  });

  test('3.1: a request byte by byte', async () => {
    const connection = await connect(server);
    for (const byte of request(server, '/numbered/3.txt')) await connection.send(byte);
    assert.equal((await connection.answer()).body.toString(), 'this is 3');
    connection.destroy();
  });

  test('the server stops reading from a client that pipelines and never reads', async () => {
    const connection = await connect(server);
    connection.pause();
    const batch = request(server, '/page.html').repeat(1000);
    let taken = 0;
    const writing = (async () => {
      for (; taken < 1000; taken++) await connection.send(batch);
    })();
    // It stops reading when the buffers of the system are full. Then the count stays the same.
    let before = -1;
    await until('the server to take no more', async () => {
      const stopped = taken === before;
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return stopped && taken === before;
    });
    assert.ok(taken < 1000);
    assert.equal((await get(server, '/')).status, 200);
    connection.destroy();
    await writing;
  });
});

describe('a slow client delays nobody', () => {
  test('50 that do not read 50 MB each', async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, () => beginDownload('/large.bin')));
    const start = Date.now();
    for (let i = 0; i < 50; i++)
      assert.equal((await get(server, `/numbered/${i}.txt`)).status, 200);
    assert.ok(
      Date.now() - start < atMost(DEADLINE_MS),
      `${Date.now() - start} ms for 50 small answers`,
    );
    for (const connection of slow) connection.destroy();
  });

  test('one that reads as fast as it can', async () => {
    const fast = await connect(server);
    let isRunning = true;
    const reading = (async () => {
      while (isRunning) {
        fast.send(request(server, '/large.bin'));
        assert.equal((await fast.answer()).body.length, LARGE);
      }
    })();
    const start = Date.now();
    for (let i = 0; i < 50; i++)
      assert.equal((await get(server, `/numbered/${i}.txt`)).status, 200);
    isRunning = false;
    assert.ok(
      Date.now() - start < atMost(DEADLINE_MS),
      `${Date.now() - start} ms for 50 small answers`,
    );
    await reading;
    fast.destroy();
  });

  test('one that reads late gets it all', async () => {
    const connection = await connect(server);
    connection.send(request(server, '/large.bin'));
    connection.pause();
    for (let i = 0; i < 20; i++) await get(server, '/');
    connection.resume();
    assert.ok((await connection.answer()).body.equals(fs.readFileSync(site.path('large.bin'))));
    connection.send(request(server, '/numbered/1.txt'));
    assert.equal((await connection.answer()).body.toString(), 'this is 1');
    connection.destroy();
  });

  test('300 that are idle', async () => {
    const idle = await Promise.all(Array.from({ length: 300 }, () => connect(server)));
    assert.equal((await get(server, '/')).status, 200);
    for (const connection of idle) connection.send(request(server, '/numbered/1.txt'));
    for (const connection of idle) assert.equal((await connection.answer()).status, 200);
    for (const connection of idle) connection.destroy();
  });

  test('clients that vanish leave nothing behind', async () => {
    await until('the connections of earlier tests to be gone', () => descriptors() < 30);
    const before = descriptors();
    const downloads = await Promise.all(
      Array.from({ length: 20 }, () => beginDownload('/large.bin')),
    );
    for (const [i, connection] of downloads.entries())
      i % 2 ? connection.destroy() : connection.reset();
    const halves = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
    for (const [i, connection] of halves.entries()) {
      await connection.send('GET / HTTP/1.1\r\nHo');
      i % 2 ? connection.destroy() : connection.reset();
    }
    await until(`${before} descriptors again`, () => descriptors() <= before);
    assert.equal((await get(server, '/')).status, 200);
  });
});

describe('a file that changes while it is sent', () => {
  test('RFC 9112 8: shrinks: the connection ends before Content-Length does', async () => {
    const connection = await beginDownload('/shrinks.bin');
    fs.truncateSync(site.path('shrinks.bin'), 1000);
    connection.resume();
    const rest = await connection.rest();
    assert.ok(rest.length < LARGE, `${rest.length} bytes`);
    assert.equal((await get(server, '/shrinks.bin')).body.length, 1000);
  });

  test('grows: exactly Content-Length bytes are sent', async () => {
    const connection = await connect(server);
    connection.send(request(server, '/grows.bin'));
    connection.pause();
    await get(server, '/');
    fs.appendFileSync(site.path('grows.bin'), Buffer.alloc(LARGE, 'new'));
    connection.resume();
    const { fields, body } = await connection.answer();
    assert.equal(body.length, Number(fields['content-length']));
    connection.send(request(server, '/numbered/1.txt'));
    assert.equal((await connection.answer()).body.toString(), 'this is 1');
    connection.destroy();
  });

  for (const replace of ['rename', 'unlink']) {
    test(`is replaced by ${replace}: all of the old bytes are sent`, async () => {
      const old = Buffer.alloc(LARGE, 'old ');
      site.write('replaced.bin', old);
      const connection = await connect(server);
      connection.send(request(server, '/replaced.bin'));
      connection.pause();
      await get(server, '/'); // The download began: requests are answered in the order they come.
      if (replace === 'unlink') {
        site.remove('replaced.bin');
        site.write('replaced.bin', 'new');
      } else {
        site.write('replaced.new', 'new');
        site.rename('replaced.new', 'replaced.bin');
      }
      assert.equal((await get(server, '/replaced.bin')).body.toString(), 'new');
      connection.resume();
      assert.ok((await connection.answer()).body.equals(old));
      connection.destroy();
    });
  }
});

describe('RFC 9112 9.5: a connection on which nothing happens is closed', () => {
  for (const { name, from, to, lasted } of waits) {
    test(`${name}: after ${from} to ${to} ms`, async () => {
      const ms = await lasted;
      assert.ok(ms >= from && ms <= atMost(to), `${ms} ms`);
    });
  }
});

test('what very many clients send in part or do not read is limited: the slowest is closed first', () =>
  withServer({ root: site.root }, async (own) => {
    const part = `GET / HTTP/1.1\r\n${`X: ${'x'.repeat(7500)}\r\n`.repeat(4)}`;
    const slow = [];
    for (let i = 0; i < 1700; i++) {
      slow.push(await connect(own));
      await slow[i].send(part);
    }
    // The limit for the time of a head is 10 s.
    await slow[0].rest(5000);
    assert.equal(slow.at(-1).hasEnded, false);
    assert.equal((await get(own, '/')).status, 200);
    for (const connection of slow) connection.destroy();
  }));

test('a Referer of any length is not remembered', () =>
  withServer({ root: site.root }, async (own) => {
    const memory = () =>
      Number(/VmSize:\s+(\d+)/.exec(fs.readFileSync(`/proc/${own.pid}/status`, 'utf8'))[1]);
    const connection = await connect(own);
    const ask = async (from, to) => {
      for (let i = from; i < to; i++) {
        const name = `${i}-${'x'.repeat(29000)}`;
        const fields = { Referer: `http://localhost:${own.port}/${name}.js` };
        connection.send(request(own, `/numbered/${i % 50}.txt`, fields));
        assert.equal((await connection.answer()).status, 200);
      }
    };
    await ask(0, 100);
    const before = memory();
    await ask(100, 2100);
    // Remembered, they were 60 MB. (The heap of a sanitizer keeps freed memory for a while.)
    assert.ok(memory() - before < 20000, `${memory() - before} kB more`);
  }));
