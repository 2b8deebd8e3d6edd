/**
 * --lan: everybody in the network is let in, and the banner says so.
 */

import assert from 'node:assert/strict';
import os from 'node:os';
import { describe, test } from 'node:test';
import { connect, get, request } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { openTerminal } from '../support/terminal.js';
import { openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index' });
const own = Object.values(os.networkInterfaces())
  .flat()
  .filter(({ family, internal }) => family === 'IPv4' && !internal)
  .map(({ address }) => address);
const skip = own.length ? false : 'this machine is in no network';

describe('in a network', { skip }, () => {
  test('the address of the machine is shown, and works', () =>
    withServer(
      { root: site.root, args: ['--lan'], complaints: /evil\.example/ },
      async (server) => {
        const line = await server.waitForLine(
          /^ {2}Network {3}http:\/\/([\d.]+):(\d+)\/ {2}\(everybody in this network can read the site\)$/,
        );
        assert.ok(own.includes(line[1]));
        assert.equal(Number(line[2]), server.port);
        assert.equal(server.url, `http://localhost:${server.port}/`);
        const connection = await connect(server, line[1]);
        const authority = `${line[1]}:${server.port}`;
        connection.send(request(server, '/', { Host: authority }));
        assert.equal((await connection.answer()).status, 200);
        connection.destroy();
        const socket = await openSocket(server, {
          fields: { Host: authority, Origin: `http://${authority}` },
        });
        assert.equal(await socket.text(), 'connected');
        assert.equal((await get(server, '/', { Host: 'evil.example' })).status, 403);
      },
    ));

  test('the machine is also reached as NAME.local', () =>
    withServer({ root: site.root, args: ['--lan'], complaints: /other\.local/ }, async (server) => {
      const name = `${os.hostname().split('.')[0]}.local`;
      const authority = `${name.toUpperCase()}:${server.port}`;
      assert.equal((await get(server, '/', { Host: authority })).status, 200);
      assert.equal((await get(server, '/', { Host: 'other.local' })).status, 403);
      const socket = await openSocket(server, {
        fields: { Host: authority, Origin: `http://${authority}` },
      });
      assert.equal(await socket.text(), 'connected');
      socket.destroy();
    }));

  test('every interface is shown with one address', async () => {
    await withServer({ root: site.root, args: ['--lan'] }, async (server) => {
      await server.waitForLine(/Stop/);
      const urls = server.lines.flatMap(
        (line) => /^ {12}http:\S+|^ {2}Network +(http:\S+)/.exec(line) ?? [],
      );
      const interfaces = Object.values(os.networkInterfaces()).filter((addresses) =>
        addresses.some(
          ({ family, internal, address }) =>
            !internal && (family === 'IPv4' || !/^fe80:/.test(address)),
        ),
      );
      assert.equal(urls.filter((text) => text && /^ /.test(text)).length, interfaces.length);
    });
  });

  test('it is drawn as a QR code on a terminal that is wide enough', async () => {
    const terminal = await openTerminal();
    try {
      await terminal.run('stty cols 80');
      terminal.type(`"$LIVESERVE" --lan --port=0 ${site.root}\n`);
      await terminal.shows('(h: help)');
      assert.ok((terminal.shown.match(/\u2580/g) ?? []).length > 50);
      terminal.type('u');
      await terminal.shows(/Network[^\n]*\n(?:[^\n]*48;5;231m[^\n]*\n){15}/);
      terminal.type('q');
      await terminal.prompt();
      await terminal.run('stty cols 30');
      const before = terminal.shown.length;
      terminal.type(`"$LIVESERVE" --lan --port=0 ${site.root}\n`);
      await terminal.shows('(h: help)');
      assert.ok(!terminal.shown.slice(before).includes('\u2580'));
      terminal.type('q');
      await terminal.prompt();
      await terminal.end();
    } finally {
      terminal.close();
    }
  });
});

test('without --lan there is no NAME.local', () =>
  withServer({ root: site.root, complaints: /\.local/ }, async (server) => {
    const name = `${os.hostname().split('.')[0]}.local`;
    assert.equal((await get(server, '/', { Host: name })).status, 403);
  }));

test('without --lan nobody else is let in', { skip }, () =>
  withServer({ root: site.root }, async (server) => {
    await assert.rejects(connect(server, own[0]));
    assert.ok(!server.lines.some((line) => /Network/.test(line)));
  }),
);
