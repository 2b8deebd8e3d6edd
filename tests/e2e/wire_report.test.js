/**
 * `liveserve wire FILE --report=OUT` of what `--wire=FILE` has just captured: a visit over HTTPS, which is opened
 * with the keys in the file.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { makeSite, run } from '../support/server.js';
import { connectTls } from '../support/tls.js';
import { captureSkip } from '../support/wire.js';
import { withServer } from '../support/with_server.js';

const skip = await captureSkip();
const PICTURE = 50000;
const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(PICTURE - 4)]);
const SECRETS = ['TOPSECRET', Buffer.from('me:TOPSECRET').toString('base64')];
const PRIVATE = [
  `Authorization: Basic ${SECRETS[1]}`,
  `Proxy-Authorization: Basic ${SECRETS[1]}`,
  'Cookie: sid=TOPSECRET',
];

/** Asks for the page and its picture on one connection, as curl does. */
async function visit(server, cert) {
  const connection = await connectTls(server, cert);
  for (const [target, more] of [
    ['/', PRIVATE],
    ['/logo.jpg', []],
  ]) {
    const head = [`GET ${target} HTTP/1.1`, `Host: localhost:${server.port}`, ...more];
    connection.send(`${head.join('\r\n')}\r\n\r\n`);
    assert.equal((await connection.answer()).status, 200);
  }
  connection.destroy();
}

/** Captures a visit; use gets its server. */
async function capture(use, args = []) {
  const site = makeSite({ 'index.html': '<p>index', 'logo.jpg': picture });
  const { cert, key } = makeCertificate();
  const file = makeSite().path('visit.pcapng');
  await withServer(
    {
      root: site.root,
      args: [`--wire=${file}`, '--https', `--cert=${cert}`, `--key=${key}`, ...args],
    },
    (server) => use(server, cert),
  );
  return file;
}

/** The reports of a capture, by the ends of their names. */
function reportsOf(file) {
  const folder = makeSite();
  for (const name of ['r.html', 'r.md'])
    assert.equal(run(['wire', file, `--report=${folder.path(name)}`]).code, 0);
  return { html: folder.read('r.html'), md: folder.read('r.md'), svg: folder.read('r.svg') };
}

function assertIsTold({ html, md, svg }) {
  for (const step of [1, 2, 3]) assert.ok(html.includes(`Handshake, ${step} of 3: `));
  for (const text of [html, md]) {
    assert.match(text, /What is inside TLS was opened with the keys in the capture\./);
    assert.match(text, /GET \/ HTTP\/1\.1/);
    assert.match(text, /GET \/logo\.jpg HTTP\/1\.1/);
    assert.match(text, new RegExp(`a head of \\d+ and the picture of ${PICTURE}\\.`));
    assert.match(text, /It is inside TLS, whose records are longer than what they carry/);
  }
  for (const words of ['GET /', '200 OK (text/html)', '200 OK (image/jpeg)'])
    assert.ok(svg.includes(`>${words}<`), words);
}

function assertIsBlanked(reports) {
  for (const text of Object.values(reports))
    for (const secret of SECRETS) assert.ok(!text.includes(secret), secret);
  for (const name of ['Authorization', 'Proxy-Authorization', 'Cookie', 'Set-Cookie'])
    assert.match(reports.html, new RegExp(`>${name}</th><td>\\(left out\\)<`));
}

describe('the report of a visit over HTTPS', { skip }, () => {
  test('tells what was inside, and no secret', async () => {
    const file = await capture(visit, ['--header=Set-Cookie: sid=TOPSECRET']);
    assert.match(run(['wire', file]).stdout, /HTTP \d+ GET \/logo\.jpg HTTP\/1\.1/);
    const reports = reportsOf(file);
    assertIsTold(reports);
    assertIsBlanked(reports);
  });

  const hasCurl = spawnSync('curl', ['--version']).error === undefined;
  test('by curl', { skip: !hasCurl && 'there is no curl' }, async () => {
    const file = await capture(
      async (server, cert) => {
        const url = `https://localhost:${server.port}`;
        const args = ['-sS', '--cacert', cert, '-u', 'me:TOPSECRET', '-b', 'sid=TOPSECRET'];
        args.push('-H', PRIVATE[1], '-o', '/dev/null', `${url}/`);
        args.push('-o', '/dev/null', `${url}/logo.jpg`);
        const { status, stderr } = spawnSync('curl', args, { encoding: 'utf8' });
        assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      },
      ['--header=Set-Cookie: sid=TOPSECRET'],
    );
    const reports = reportsOf(file);
    assertIsTold(reports);
    assertIsBlanked(reports);
  });
});
