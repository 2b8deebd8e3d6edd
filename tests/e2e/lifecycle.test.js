/**
 * The process: how it ends, and that it works without standard output and without free descriptors.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { connect, get, request } from '../support/http.js';
import { atEnd, atMost, findFreePort, inTime, makeSite, until } from '../support/server.js';
import { handshake, openPage, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const AT_ONCE_MS = 1000;

const site = makeSite({ 'index.html': '<p>index', 'large.bin': '' });
fs.truncateSync(site.path('large.bin'), 50e6);

/** A client of every kind: idle, halfway through a head, stuck in a download, following. */
async function connectEveryKind(server) {
  const idle = await connect(server);
  idle.send(request(server, '/'));
  await idle.answer();

  const halfway = await connect(server);
  halfway.send('GET / HTTP/1.1\r\nHo');

  const download = await connect(server);
  download.send(request(server, '/large.bin'));
  await download.take(1000);
  download.pause();

  const socket = await openSocket(server);
  assert.equal(await socket.text(), 'connected');
  const page = await openPage(server);
  await page.message();
  return { idle, halfway, download, socket, page };
}

describe('it ends at once, with exit code 0', () => {
  async function end(server, signal) {
    const begin = Date.now();
    process.kill(server.pid, signal);
    assert.deepEqual(await server.exit(), [0, null]);
    assert.ok(Date.now() - begin < atMost(AT_ONCE_MS), `${Date.now() - begin} ms`);
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT']) {
    test(`${signal} with nobody there`, () =>
      withServer({ root: site.root }, (server) => end(server, signal)));

    test(`${signal} with clients of every kind`, () =>
      withServer({ root: site.root }, async (server) => {
        const { idle, halfway, download } = await connectEveryKind(server);
        await end(server, signal);
        download.resume();
        for (const connection of [idle, halfway, download]) await connection.rest();
      }));
  }
});

describe('standard output', () => {
  test('that its reader closes stops nothing', () =>
    withServer({ root: site.root }, async (server) => {
      const socket = await openSocket(server);
      assert.equal(await socket.text(), 'connected');
      server.closeOutput();
      for (const content of ['1', '2', '3']) {
        site.write('index.html', content);
        assert.equal(await socket.text(), 'reload');
      }
      assert.match((await get(server, '/')).body.toString(), /3$/);
    }));

  test('that is not open at all: the lines go nowhere else', async () => {
    const port = await findFreePort();
    const child = spawn(
      'sh',
      [
        '-c',
        'exec "$LIVESERVE" --strict-port --port="$0" "$1" <&- >&- 2>&-',
        String(port),
        site.root,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    atEnd(() => child.kill('SIGKILL'));
    const server = { port };
    await until('an answer', () =>
      get(server, '/').then(
        () => true,
        () => false,
      ),
    );
    // If one of the descriptors 0 to 2 were a socket, the line of a change would be sent to it.
    const clients = await Promise.all(Array.from({ length: 4 }, () => openSocket(server)));
    for (const client of clients) assert.equal(await client.text(), 'connected');
    site.write('index.html', String(Math.random()));
    for (const client of clients) assert.equal(await client.text(), 'reload');
    assert.equal((await get(server, '/')).status, 200);
    for (const client of clients) client.destroy();
    child.kill();
    assert.deepEqual(await inTime(once(child, 'exit'), () => 'the end'), [0, null]);
  });
});

describe('no descriptors left', () => {
  const DESCRIPTORS = 40;
  const wrapper = makeSite({
    few: `#!/bin/sh\nulimit -n ${DESCRIPTORS}\nexec "$LIVESERVE" "$@"\n`,
  });
  fs.chmodSync(wrapper.path('few'), 0o755);
  const options = { binary: wrapper.path('few'), root: site.root };

  /** Opens more connections than there are descriptors. */
  async function crowd(server) {
    const all = await Promise.all(Array.from({ length: 2 * DESCRIPTORS }, () => connect(server)));
    await until('one to be turned away', () => all.some((connection) => connection.hasEnded));
    return all;
  }

  test('connected clients are answered, others get 503, and later it works again', () =>
    withServer(options, async (server) => {
      const first = await connect(server);
      const status = async () => {
        first.send(request(server, '/'));
        const answer = await first.answer();
        assert.equal('retry-after' in answer.fields, answer.status === 503);
        return answer.status;
      };
      assert.equal(await status(), 200);
      const all = await crowd(server);
      assert.equal(await status(), 200);
      for (const connection of all) connection.destroy();
      await until('a 200', async () => (await get(server, '/').catch(() => null))?.status === 200);
    }));

  test('a connected client can still open a WebSocket and is told of changes', () =>
    withServer(options, async (server) => {
      const first = await connect(server);
      first.send(request(server, '/'));
      assert.equal((await first.answer()).status, 200);
      await crowd(server);
      first.send(handshake(server));
      assert.equal((await first.answer()).status, 101);
      await first.take('\x81\x09connected'.length);
      site.write('index.html', 'of a change');
      assert.equal(
        (await first.take('\x81\x06reload'.length)).toString('latin1'),
        '\x81\x06reload',
      );
      site.write('index.html', '<p>index');
    }));

  test('meanwhile it uses hardly any processor time', () =>
    withServer(options, async (server) => {
      await crowd(server);
      const before = processorTime(server.pid);
      await new Promise((resolve) => setTimeout(resolve, 500)); // the time that is measured
      const used = processorTime(server.pid) - before;
      assert.ok(used < 100, `${used} ms of 500`);
    }));

  /** In milliseconds: utime and stime of proc(5), in ticks of 10 ms. */
  function processorTime(pid) {
    const [, afterName] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = afterName.split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }
});
