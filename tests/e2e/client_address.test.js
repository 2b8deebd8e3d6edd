/**
 * The address of the client, which other servers and scripts are told of: the same by HTTP, HTTPS and HTTP/2.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { Connection, request } from '../support/http.js';
import { ask2 } from '../support/http2.js';
import { recordFastcgi, recordHttp } from '../support/recorders.js';
import { inTime, makeSite } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const { cert, key } = makeCertificate();
const https = ['--https', `--cert=${cert}`, `--key=${key}`];
const ca = fs.readFileSync(cert);

/** Two requests on one connection of HTTP/1.1. */
async function askTwice(server, socket, event) {
  await inTime(new Promise((resolve) => socket.once(event, resolve)), () => 'a connection');
  const connection = new Connection(socket);
  for (const path of ['/x.php?1', '/x.php?2']) {
    connection.send(request(server, path));
    assert.equal((await connection.answer()).status, 200);
  }
  connection.destroy();
}

/**
 * How clients come, each from an address that is not that of the server.
 *
 * @type {{name: string, args: string[], ask: (server: any, where: object) => Promise<void>}[]}
 */
const ways = [
  {
    name: 'HTTP',
    args: [],
    ask: (server, where) => askTwice(server, net.connect({ ...where }), 'connect'),
  },
  {
    name: 'HTTPS',
    args: https,
    ask: (server, where) => {
      const options = { ...where, servername: 'localhost', ca, ALPNProtocols: ['http/1.1'] };
      return askTwice(server, tls.connect(options), 'secureConnect');
    },
  },
  {
    name: 'HTTP/2',
    args: https,
    ask: async (server, where) => {
      const session = http2.connect(`https://localhost:${server.port}`, {
        ca,
        createConnection: () =>
          tls.connect({ ...where, servername: 'localhost', ca, ALPNProtocols: ['h2'] }),
      });
      for (const path of ['/x.php?1', '/x.php?2'])
        assert.equal((await ask2(session, server, path)).status, 200);
      session.destroy();
    },
  },
];

for (const { name, args, ask } of ways)
  describe(`by ${name}`, () => {
    const site = makeSite({ 'x.php': '<?php' });
    const scheme = args.length ? 'https' : 'http';
    /** @type {[string, string, string][]} */
    const rows = [
      ['127.0.0.1', '127.0.0.2', '127.0.0.2'],
      ['::1', '::1', '"[::1]"'],
    ];

    for (const [host, localAddress, forwarded] of rows) {
      test(`another server is told of ${localAddress}`, async () => {
        const recorder = await recordHttp();
        const all = [...args, `--host=${host}`, `--proxy=http://127.0.0.1:${recorder.port}`];
        await withServer({ root: site.root, args: all }, async (server) => {
          await ask(server, { host, port: server.port, localAddress });
          assert.deepEqual(recorder.faults, []);
          assert.equal(recorder.requests.length, 2);
          for (const { fields } of recorder.requests) {
            assert.equal(fields['x-forwarded-for'], localAddress);
            assert.equal(fields['x-forwarded-proto'], scheme);
            const own = `host="localhost:${server.port}";proto=${scheme}`;
            assert.equal(fields.forwarded, `for=${forwarded};${own}`);
          }
        });
      });

      test(`a script is told of ${localAddress}`, async () => {
        const recorder = await recordFastcgi();
        const all = [...args, `--host=${host}`, `--fastcgi=.php=127.0.0.1:${recorder.port}`];
        await withServer({ root: site.root, args: all }, async (server) => {
          await ask(server, { host, port: server.port, localAddress });
          assert.deepEqual(recorder.faults, []);
          assert.equal(recorder.requests.length, 2);
          for (const { fields } of recorder.requests)
            assert.equal(fields.REMOTE_ADDR, localAddress);
        });
      });
    }
  });
