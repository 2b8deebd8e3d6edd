/**
 * Faults: whatever clients, files and the system do, the server answers afterwards and has released everything.
 * More of this kind: names.test.js (links, FIFOs, devices), connections.test.js (files that shrink, grow
 * and are replaced), strictness.test.js (garbage), lifecycle.test.js (no descriptors, no output).
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { connect, encode, get, request } from '../support/http.js';
import {
  atEnd,
  atMost,
  DEADLINE_MS,
  findFreePort,
  inTime,
  makeSite,
  startServer,
  until,
} from '../support/server.js';
import { frame, openPage, openSocket } from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

const LARGE = 20e6;
const CROWD = 1000;

const site = makeSite({ 'index.html': '<p>index', 'a.txt': 'a', 'style.css': 'p {}' });
const large = Buffer.alloc(LARGE, 'large ');
const server = await serverForFile({ root: site.root });

/** @typedef {{port: number, pid: number}} Running */

const descriptors = (/** @type {Running} */ of = server) =>
  fs.readdirSync(`/proc/${of.pid}/fd`).length;
const isAlive = async (/** @type {Running} */ of = server) =>
  assert.equal((await get(of, '/a.txt')).body.toString(), 'a');

/**
 * A test after which the server answers and has no more descriptors than before.
 *
 * @param {string} what
 * @param {() => unknown} run
 * @param {{timeout?: number, skip?: boolean | string}} [options] of test()
 */
function survives(what, run, options = {}) {
  test(what, options, async () => {
    await isAlive();
    await until('the calm before it', async () => {
      const before = descriptors();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return descriptors() === before;
    });
    const before = descriptors();
    await run();
    await isAlive();
    await until(`${before} descriptors again`, () => descriptors() <= before, 20000);
  });
}

const many = (count, make) => Promise.all(Array.from({ length: count }, (_, i) => make(i)));

// The first WebSocket starts libwebsockets, which then keeps descriptors of its own.
(await openSocket(server)).destroy();

describe('clients', () => {
  survives(`${CROWD} that say nothing`, async () => {
    const idle = await many(CROWD, () => connect(server));
    const start = Date.now();
    await isAlive();
    assert.ok(Date.now() - start < atMost(DEADLINE_MS), `${Date.now() - start} ms for one answer`);
    idle[0].send(request(server, '/a.txt'));
    assert.equal((await idle[0].answer()).status, 200);
    for (const connection of idle) connection.destroy();
  });

  survives(
    `${CROWD} pages, all told of a save`,
    async () => {
      const pages = [];
      // In batches, because this is no test of many handshakes at once.
      while (pages.length < CROWD) pages.push(...(await many(50, () => openPage(server))));
      for (const page of pages) await page.message();
      await get(server, '/style.css');
      site.write('style.css', 'p { color: red }');
      for (const page of pages) assert.equal((await page.message()).type, 'change');
      for (const [i, page] of pages.entries()) i % 2 ? page.destroy() : page.connection.reset();
    },
    { timeout: 60000 },
  );

  survives(
    'a page that does not read: others are told, and it gets everything when it reads again',
    async () => {
      const [deaf, other] = await many(2, () => openPage(server));
      await deaf.message();
      await other.message();
      deaf.connection.pause();
      let last;
      for (let i = 0; i < 20; i++) {
        await get(server, '/style.css');
        site.write('style.css', `p { order: ${i} }`);
        last = (await other.message()).version;
      }
      deaf.connection.resume();
      let heard;
      do heard = (await deaf.message()).version;
      while (heard < last);
      assert.equal(heard, last);
      for (const page of [deaf, other]) page.destroy();
    },
  );

  survives('one that disconnects during the answer, by closing or by a reset', async () => {
    site.write('large.bin', large);
    await many(40, async (i) => {
      const connection = await connect(server);
      connection.send(request(server, '/large.bin').repeat(3));
      await connection.take(1000);
      i % 2 ? connection.destroy() : connection.reset();
    });
  });

  survives('one that closes its sending side, at several points', async () => {
    const bytes = request(server, '/a.txt');
    for (const length of [0, 1, 10, bytes.length - 1]) {
      const connection = await connect(server);
      connection.send(bytes.slice(0, length));
      connection.finish();
      assert.equal((await connection.rest()).length, 0);
      connection.destroy();
    }
    const page = await openPage(server);
    await page.message();
    page.connection.finish();
    await page.connection.rest();
    page.destroy();
  });

  survives('garbage, and the greetings of TLS, HTTP/2 and SSH, a hundred at once', async () => {
    const greetings = [
      Buffer.from(`1603010200010001fc0303${'00'.repeat(501)}`, 'hex'),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'SSH-2.0-OpenSSH_9.2\r\n',
    ];
    await many(100, async (i) => {
      const connection = await connect(server);
      connection.send(greetings[i] ?? randomBytes(10 * i));
      connection.finish();
      await connection.rest();
      connection.destroy();
    });
  });

  survives('garbage on WebSockets', async () => {
    await many(20, async (i) => {
      const socket = await openSocket(server, { protocol: 'liveserve.v1' });
      socket.connection.send(
        i % 2 ? randomBytes(2000) : frame(randomBytes(2000), { opcode: i % 16 }),
      );
      socket.connection.finish();
      await socket.connection.rest();
      socket.destroy();
    });
  });
});

describe('a file, while it is sent', () => {
  async function beginDownload() {
    site.write('going.bin', large);
    const connection = await connect(server);
    connection.send(request(server, '/going.bin'));
    connection.pause();
    await isAlive(); // Requests are answered in the order they come, so the download began.
    return connection;
  }

  const whole = {
    'is deleted': () => site.remove('going.bin'),
    'is replaced': () => {
      site.write('going.new', 'new');
      site.rename('going.new', 'going.bin');
    },
    'is made unreadable': () => fs.chmodSync(site.path('going.bin'), 0),
    'becomes a folder': () => {
      site.remove('going.bin');
      site.write('going.bin/x', 'x');
    },
  };
  for (const [what, happens] of Object.entries(whole)) {
    survives(`${what}: all of the old bytes are sent`, async () => {
      const connection = await beginDownload();
      happens();
      connection.resume();
      assert.ok((await connection.answer()).body.equals(large));
      connection.destroy();
      fs.rmSync(site.path('going.bin'), { recursive: true, force: true });
    });
  }

  survives('is cut off: the connection ends early', async () => {
    const connection = await beginDownload();
    fs.truncateSync(site.path('going.bin'), 1000);
    connection.resume();
    assert.ok((await connection.rest()).length < LARGE);
    site.remove('going.bin');
  });

  survives('is cut off, grows and is cut off again and again, with ten readers', async () => {
    site.write('going.html', large);
    let isOver = false;
    const cutting = (async () => {
      for (let i = 0; !isOver; i++) {
        fs.truncateSync(site.path('going.html'), i % 2 ? LARGE : i * 1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await many(10, async (i) => {
      const connection = await connect(server);
      connection.send(
        request(server, '/going.html', {
          Connection: 'close',
          Range: i % 2 ? 'bytes=1-' : undefined,
        }),
      );
      const bytes = await connection.rest();
      assert.match(bytes.toString('latin1', 0, 20), /^HTTP\/1.1 (200|206|416) /);
    });
    isOver = true;
    await cutting;
    site.remove('going.html');
  });
});

describe('names', () => {
  survives('paths of 4,096 bytes and more, and names of 256', async () => {
    for (const length of [4094, 4095, 4096, 4097, 8000]) {
      const { status } = await get(server, `/${'a/'.repeat(length).slice(0, length)}`);
      assert.equal(status, 404, `${length} bytes`);
    }
    assert.equal((await get(server, `/${'a'.repeat(256)}`)).status, 404);
  });

  survives('paths of thousands of folders that are not there', async () => {
    for (let i = 0; i < 10; i++) {
      assert.equal((await get(server, `/${'a/'.repeat(4000)}${i}.css`)).status, 404);
    }
  });

  survives('a folder so deep that no path leads to it', async () => {
    const name = 'd'.repeat(250);
    const here = process.cwd();
    site.write('deep/x.txt', 'x');
    process.chdir(site.path('deep'));
    try {
      for (let i = 0; i < 20; i++) {
        fs.mkdirSync(name);
        process.chdir(name);
      }
      fs.writeFileSync('x.txt', 'x');
    } finally {
      process.chdir(here);
    }
    assert.equal((await get(server, `/deep/${`${name}/`.repeat(14)}`)).status, 200);
    assert.equal((await get(server, `/deep/${`${name}/`.repeat(20)}x.txt`)).status, 404);
    site.rename('deep', 'dip');
    assert.equal((await get(server, '/dip/x.txt')).status, 200);
    // rmSync() uses paths, which are too long here.
    const rm = spawn('rm', ['-r', site.path('dip')]);
    assert.deepEqual(await once(rm, 'exit'), [0, null]);
  });

  survives('every byte in a name: listed, linked, served and told', async () => {
    const page = await openPage(server);
    await page.message();
    fs.mkdirSync(site.path('bytes'));
    for (let byte = 1; byte < 256; byte++) {
      if (byte === 0x2f) continue;
      const name = Buffer.from([0x61, byte, 0x62]);
      fs.writeFileSync(Buffer.concat([Buffer.from(`${site.path('bytes')}/`), name]), 'x');
    }
    const { body } = await get(server, '/bytes/');
    const links = [...body.toString('latin1').matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    for (let byte = 1; byte < 256; byte++) {
      if (byte === 0x2f) continue;
      const link = `a${encode(Buffer.from([byte]))}b`;
      assert.ok(
        links.some((href) => href.endsWith(link)),
        link,
      );
      assert.equal((await get(server, `/bytes/${link}`)).body.toString(), 'x', link);
    }
    fs.writeFileSync(Buffer.from(`${site.path('bytes')}/a\xff\nb`, 'latin1'), 'y');
    const told = new Set();
    while (!told.has('/bytes/a%FF%0Ab'))
      for (const { urls } of (await page.message()).changes) for (const url of urls) told.add(url);
    page.destroy();
    site.remove('bytes');
  });
});

describe('the system', () => {
  survives('SIGPIPE', async () => process.kill(server.pid, 'SIGPIPE'));

  test('stdout and stderr go to a full disk', async () => {
    const port = await findFreePort();
    const child = spawn(
      'sh',
      [
        '-c',
        'exec "$LIVESERVE" -V --strict-port --port="$0" "$1" >/dev/full 2>&1',
        String(port),
        site.root,
      ],
      { stdio: 'ignore' },
    );
    atEnd(() => child.kill('SIGKILL'));
    const own = { port, pid: child.pid };
    const answers = () =>
      get(own, '/a.txt').then(
        () => true,
        () => false,
      );
    await until('an answer', answers);
    const socket = await openSocket(own);
    assert.equal(await socket.text(), 'connected');
    site.write('index.html', `<p>${Math.random()}`);
    assert.equal(await socket.text(), 'reload');
    socket.destroy();
    for (let i = 0; i < 20; i++) await isAlive(own);
    child.kill();
    assert.deepEqual(await inTime(once(child, 'exit'), () => 'the end'), [0, null]);
  });

  test('SIGSTOP for a while: then waiting clients are answered, and saves are told', () =>
    withServer({ root: site.root }, async (own) => {
      const page = await openPage(own);
      await page.message();
      await get(own, '/style.css');
      const kept = await connect(own);
      kept.send(request(own, '/a.txt'));
      await kept.answer();
      process.kill(own.pid, 'SIGSTOP');
      const waiting = await many(50, () => connect(own));
      for (const connection of waiting) connection.send(request(own, '/a.txt'));
      site.write('style.css', `p { order: ${Math.random()} }`);
      await new Promise((resolve) => setTimeout(resolve, 6000)); // longer than idle connections live
      await kept.send(request(own, '/a.txt'));
      process.kill(own.pid, 'SIGCONT');
      for (const connection of [kept, ...waiting]) {
        assert.equal((await connection.answer()).body.toString(), 'a');
        connection.destroy();
      }
      const { type, changes } = await page.message();
      assert.equal(type, 'change');
      assert.deepEqual(changes[0].urls, ['/style.css']);
      page.destroy();
    }));

  test('kill -9, then another server on the same port at once, while connections of the first are open', async () => {
    const port = await findFreePort();
    const options = { root: site.root, args: [`--port=${port}`, '--strict-port'] };
    for (let round = 0; round < 3; round++) {
      const own = await startServer(options);
      const page = await openPage(own);
      await page.message();
      const idle = await connect(own);
      idle.send(request(own, '/a.txt'));
      await idle.answer();
      await own.kill();
      const start = Date.now();
      const next = await startServer(options);
      assert.ok(Date.now() - start < atMost(DEADLINE_MS), 'it did not wait for the port');
      await isAlive(next);
      page.destroy();
      idle.destroy();
      await next.stop();
    }
  });
});

describe('paths through links', () => {
  const memoryKb = ({ pid }) =>
    Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

  test('9,000 paths to one file: memory is bounded, and a page is told of a save', async () => {
    const looped = makeSite({ 'index.html': '<p>index', 'x.css': 'p {}' });
    fs.symlinkSync('.', `${looped.root}/a`);
    fs.symlinkSync('.', `${looped.root}/b`);
    // Of a build with sanitizers: memory that is free is given back soon.
    const env = { ASAN_OPTIONS: 'quarantine_size_mb=1' };
    await withServer({ root: looped.root, env }, async (running) => {
      const page = await openPage(running);
      await page.message();
      const path = (i) =>
        `/${Array.from({ length: 14 }, (_, bit) => ((i >> bit) & 1 ? 'a' : 'b')).join('/')}/x.css`;
      const ask = async (from, to) => {
        for (let i = from; i < to; i += 50)
          await many(50, async (k) => assert.equal((await get(running, path(i + k))).status, 200));
      };
      await ask(0, 4500);
      const before = memoryKb(running);
      await ask(4500, 9000);
      assert.ok(memoryKb(running) - before < 8000, `${memoryKb(running) - before} kB more`);
      looped.write('x.css', 'p { color: red }');
      const message = await page.message();
      assert.equal(message.type, 'change');
      assert.ok(JSON.stringify(message).includes('"/x.css"'), JSON.stringify(message));
    });
  });
});
