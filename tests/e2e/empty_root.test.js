/**
 * A root folder with nothing but the program, a site and /tmp: no libraries, no /etc, /dev or /proc. The programs for musl
 * run there, and ./dev musl tests it; a program that needs other files is not tried.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { inTime, makeSite } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const program = process.env.LIVESERVE ?? '';

/** Whether the program names a loader of shared libraries: a segment PT_INTERP of ELF with 64 bits. */
function needsLoader() {
  const bytes = fs.readFileSync(program);
  if (bytes.readUInt32BE(0) !== 0x7f454c46) return true; // a script
  const at = Number(bytes.readBigUInt64LE(0x20));
  const [size, count] = [bytes.readUInt16LE(0x36), bytes.readUInt16LE(0x38)];
  return Array.from({ length: count }, (_, i) => bytes.readUInt32LE(at + i * size)).includes(3);
}

function reasonToSkip() {
  if (needsLoader()) return 'this program needs other files';
  if (spawnSync('unshare', ['--map-root-user', 'true']).status !== 0)
    return 'unshare cannot make another root here';
  return false;
}

/** A root folder, and a command that starts the program in it. */
function makeRoot() {
  const root = makeSite({ 'site/index.html': '<p>one' });
  fs.mkdirSync(root.path('tmp'));
  fs.chmodSync(root.path('tmp'), 0o1777);
  fs.copyFileSync(program, root.path('liveserve'));
  const starter = makeSite({
    start: `#!/bin/sh\nexec unshare --map-root-user --root='${root.root}' /liveserve "$@"\n`,
  });
  fs.chmodSync(starter.path('start'), 0o755);
  const env = { HOME: '/tmp', XDG_RUNTIME_DIR: '' };
  return { root, options: { binary: starter.path('start'), root: '/site', env } };
}

/** The status of a page by HTTPS; nobody has signed the certificate for this test. */
function statusBySecure(url) {
  const answer = new Promise((resolve, reject) => {
    const request = https.get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    request.once('error', reject);
  });
  return inTime(answer, () => `the page by HTTPS of ${url}`);
}

describe('in a root folder with nothing else', { skip: reasonToSkip() }, () => {
  test('a site is served in the sandbox, and a save is noticed', async () => {
    const { root, options } = makeRoot();
    await withServer(options, async (server) => {
      assert.match((await get(server, '/')).body.toString(), /<p>one$/);
      const status = fs.readFileSync(`/proc/${server.pid}/status`, 'utf8');
      assert.match(status, /^Seccomp:\t2$/m);
      assert.equal(fs.readlinkSync(`/proc/${server.pid}/root`), root.root);
      const page = await openBornPage(server);
      root.write('site/index.html', '<p>two');
      let message;
      do message = await page.message();
      while (!message.changes?.some(({ urls }) => urls.includes('/')));
      assert.match((await get(server, '/')).body.toString(), /<p>two$/);
    });
    // Nothing else was needed, so nothing else has come.
    assert.deepEqual(fs.readdirSync(root.root).sort(), ['liveserve', 'site', 'tmp']);
  });

  test('HTTPS works with an authority that is made there', async () => {
    const { root, options } = makeRoot();
    const complaints = /made an authority of your own for --https/;
    await withServer({ ...options, args: ['--https'], complaints }, async (server) => {
      assert.equal(await statusBySecure(server.url), 200);
      assert.ok(fs.existsSync(root.path('tmp/.local/share/liveserve/authority/key.pem')));
    });
  });

  test('a folder that is not there is an error in one sentence', () => {
    const { options } = makeRoot();
    const { status, stderr } = spawnSync(options.binary, ['/nowhere'], {
      encoding: 'utf8',
      env: { ...process.env, ...options.env },
    });
    assert.equal(status, 2);
    assert.match(stderr, /^liveserve: [^\n]*\/nowhere[^\n]*\n$/);
  });
});
