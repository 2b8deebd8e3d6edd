/**
 * `--header NAME=VALUE`: every answer has the field. Fields that HTTP itself needs cannot be set.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ask, get, head, request } from '../support/http.js';
import { makeSite, run } from '../support/server.js';
import { openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'folder/a.txt': 'a' });
const args = [
  '--header=Cross-Origin-Opener-Policy=same-origin',
  '--header',
  'Cross-Origin-Embedder-Policy: require-corp',
  '--header=cache-control=no-store',
];

describe('--header', () => {
  test('every answer has these fields, in place of its own of the same name', () =>
    withServer({ root: site.root, args, complaints: /refused a request/ }, async (server) => {
      const first = await get(server, '/');
      const answers = [
        first,
        await head(server, '/'),
        await get(server, '/', {
          'If-None-Match': first.fields.etag,
          'Sec-Fetch-Dest': 'document',
        }),
        await get(server, '/folder'),
        await get(server, '/folder/'),
        await get(server, '/folder/a.txt', { Range: 'bytes=0-0' }),
        await get(server, '/missing'),
        await get(server, '/__liveserve/client.js'),
        await get(server, '/', { Host: 'evil.example' }),
        await ask(server, request(server, '/', {}, 'POST')),
        await ask(server, 'nonsense\r\n\r\n', 'GET'),
      ];
      const statuses = answers.map(({ status }) => status);
      assert.deepEqual(statuses, [200, 200, 304, 302, 200, 206, 404, 200, 403, 405, 400]);
      for (const { fields } of answers) {
        assert.equal(fields['cross-origin-opener-policy'], 'same-origin');
        assert.equal(fields['cross-origin-embedder-policy'], 'require-corp');
        assert.equal(fields['cache-control'], 'no-store');
      }
    }));

  test('a Content-Security-Policy is for the files, and our own pages keep theirs', () => {
    const policy = "script-src 'none'";
    const own = [`--header=Content-Security-Policy=${policy}`];
    return withServer({ root: site.root, args: own }, async (server) => {
      const policyOf = async (target, fields) => {
        const answer = await get(server, target, fields);
        const { 'content-security-policy': its, etag } = answer.fields;
        return { status: answer.status, policy: its, etag };
      };
      const document = { 'Sec-Fetch-Dest': 'document', Accept: 'text/html' };
      for (const target of ['/', '/folder/a.txt'])
        assert.equal((await policyOf(target, document)).policy, policy);
      const listing = await policyOf('/folder/', document);
      assert.match(listing.policy, /^default-src 'none'; script-src 'self'/);
      // A browser puts the fields of a 304 in place of those that it has stored (RFC 9111 3.2).
      const again = await policyOf('/folder/', { ...document, 'If-None-Match': listing.etag });
      assert.deepEqual([again.status, again.policy], [304, listing.policy]);
      const missing = await policyOf('/missing', document);
      assert.equal(missing.status, 404);
      assert.match(missing.policy, /^default-src 'none'/);
    });
  });

  test('a WebSocket can still be opened', () =>
    withServer({ root: site.root, args }, async (server) => {
      const socket = await openSocket(server);
      assert.equal(await socket.text(), 'connected');
      socket.destroy();
    }));

  /** @type {[string, RegExp][]} */
  const rows = [
    ['--header', /--header needs a value/],
    ['--header=X-A', /"X-A" is not NAME=VALUE/],
    ['--header=X A=b', /"X A=b" does not begin with the name of a header/],
    ['--header=X-A=b\r\nX-B: c', /"X-A=b\\x0d\\x0aX-B: c" has a control character/],
    ['--header=Access-Control-Allow-Origin=*', /cannot be set by --header; use --cors/],
    ['--header=Content-Length=5', /"Content-Length=5" cannot be set by --header: liveserve itself/],
    ['--header=transfer-encoding: chunked', /cannot be set by --header: liveserve itself/],
    ['--header=Connection=close', /cannot be set by --header: liveserve itself/],
    ['--header=Date=x', /cannot be set by --header: liveserve itself/],
  ];
  for (const [given, sentence] of rows) {
    test(`${JSON.stringify(given)} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run(['--port=0', given], { cwd: site.root });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }
});
