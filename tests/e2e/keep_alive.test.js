/**
 * --keep-alive: how long a connection waits for another request.
 */

import assert from 'node:assert/strict';
import http from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { connect, request } from '../support/http.js';
import { connectHttp2, ask2 } from '../support/http2.js';
import { inTime, makeSite, portOf, run, until } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'a.txt': 'a' });

/** The answer to a request, and its connection. */
async function askOn(server, target = '/a.txt') {
  const connection = await connect(server);
  await connection.send(request(server, target));
  const { fields } = await connection.answer();
  return { connection, fields };
}

test('the time is said, and kept', async () => {
  /** @type {[string[], number][]} */
  const rows = [
    [[], 5],
    [['--keep-alive=30'], 30],
    [['--keep-alive=1'], 1],
  ];
  for (const [args, seconds] of rows) {
    await withServer({ root: site.root, args }, async (server) => {
      const { connection, fields } = await askOn(server);
      assert.equal(fields.connection, 'keep-alive');
      assert.equal(fields['keep-alive'], `timeout=${seconds}`);
      await connection.send(request(server, '/a.txt'));
      assert.equal((await connection.answer()).status, 200);
      if (seconds === 1) await until('the end', () => connection.hasEnded);
      else assert.ok(!connection.hasEnded);
      connection.destroy();
    });
  }
});

test('with 0 a connection closes after its answer, also after one of another server', async () => {
  const back = http.createServer((_, response) =>
    response.writeHead(200, { 'Content-Length': 1 }).end('b'),
  );
  await once(back.listen(0, '127.0.0.1'), 'listening');
  const args = ['--keep-alive=0', `--proxy=/b=http://127.0.0.1:${portOf(back)}`];
  await withServer({ root: site.root, args }, async (server) => {
    for (const target of ['/a.txt', '/b/x']) {
      const { connection, fields } = await askOn(server, target);
      assert.equal(fields.connection, 'close', target);
      assert.equal(fields['keep-alive'], undefined);
      await until('the end', () => connection.hasEnded);
    }
  });
  back.closeAllConnections();
  back.close();
});

test('a connection of HTTP/2 ends after that time, too, but not with 0', async () => {
  const { cert, key } = makeCertificate();
  const args = ['--https', `--cert=${cert}`, `--key=${key}`];
  await withServer({ root: site.root, args: [...args, '--keep-alive=1'] }, async (server) => {
    const session = await connectHttp2(server, cert);
    const closed = once(session, 'close');
    assert.equal((await ask2(session, server, '/a.txt')).status, 200);
    await inTime(closed, () => 'the end of the session');
  });
  await withServer({ root: site.root, args: [...args, '--keep-alive=0'] }, async (server) => {
    const session = await connectHttp2(server, cert);
    for (let i = 0; i < 2; i++) assert.equal((await ask2(session, server, '/a.txt')).status, 200);
    session.close();
  });
});

test('wrong values', () => {
  for (const value of ['-1', '3601', 'x', '']) {
    const { code, stderr } = run([site.root, '--port=0', `--keep-alive=${value}`]);
    assert.equal(code, 2);
    assert.match(stderr, /keep-alive[^\n]*give a number from 0 to 3600/);
  }
});
