/**
 * `--htpasswd FILE`: nobody sees anything without a password.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { ask, connect, get, request } from '../support/http.js';
import { makeSite, run } from '../support/server.js';
import { handshake, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

// Of "open sesame", as htpasswd -B writes it.
const line = 'ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n';
const site = makeSite({ 'index.html': '<p>index' });
const folder = makeSite({
  right: line,
  old: 'ada:$apr1$x$y\n',
  sha: 'ada:{SHA}x\n',
  plain: 'ada:secret\n',
  empty: '',
});
const args = [`--htpasswd=${folder.path('right')}`];
const say = (text) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const ada = say('ada:open sesame');

describe('--htpasswd', () => {
  test('pages, scripts, errors and other methods: 401 without the password', () =>
    withServer({ root: site.root, args }, async (server) => {
      for (const fields of [
        {},
        say('ada:wrong'),
        say('eve:open sesame'),
        { Authorization: 'Bearer x' },
      ]) {
        for (const [target, method] of [
          ['/', 'GET'],
          ['/', 'HEAD'],
          ['/missing', 'GET'],
          ['/__liveserve/client.js', 'GET'],
          ['/', 'POST'],
          ['/', 'OPTIONS'],
        ]) {
          const { status, fields: said } = await ask(
            server,
            request(server, target, fields, method),
          );
          assert.equal(status, 401, `${method} ${target}`);
          assert.equal(said['www-authenticate'], 'Basic realm="liveserve", charset="UTF-8"');
        }
      }
      assert.equal((await get(server, '/', ada)).status, 200);
      assert.equal((await get(server, '/__liveserve/client.js', ada)).status, 200);
      assert.equal((await get(server, '/missing', ada)).status, 404);
      assert.equal((await get(server, '/')).status, 401, 'nobody comes in behind somebody else');
    }));

  test('WebSockets, too', () =>
    withServer({ root: site.root, args }, async (server) => {
      const stranger = await connect(server);
      stranger.send(handshake(server));
      assert.equal((await stranger.answer()).status, 401);
      stranger.destroy();
      const socket = await openSocket(server, { fields: ada });
      assert.equal(await socket.text(), 'connected');
      socket.destroy();
    }));

  execFileSync('mkfifo', [folder.path('fifo')]);
  fs.symlinkSync('/dev/zero', folder.path('zero'));
  /** @type {[string, RegExp][]} */
  const rows = [
    ['fifo', /cannot read the passwords in ".*fifo": it is not a plain file$/m],
    ['zero', /cannot read the passwords in ".*zero": it is not a plain file$/m],
    ['no-such', /cannot read the passwords in ".*no-such": No such file/],
    ['old', /old:1: the line has a hash of the apr1 kind/],
    ['sha', /sha:1: the line has a hash of the \{SHA\} kind/],
    ['plain', /plain:1: the line has no hash that liveserve can check/],
    ['empty', /empty" has no users/],
  ];
  for (const [name, sentence] of rows) {
    test(`a file that is ${name} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run([
        '--port=0',
        `--htpasswd=${folder.path(name)}`,
        site.root,
      ]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }

  test('no file at all', () => {
    const { code, stderr } = run(['--port=0', '--htpasswd=', site.root]);
    assert.equal(code, 2);
    assert.match(stderr, /^liveserve: --htpasswd needs a file[^\n]+\n$/);
  });
});
