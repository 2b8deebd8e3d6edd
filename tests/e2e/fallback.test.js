/**
 * `--file PATH` and `--spa`: one document is the answer for documents that do not exist, and for nothing else.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get, getAndHead } from '../support/http.js';
import { makeSite, run } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<p>index',
  'app/app.html': '<p>app',
  '404.html': '<p>lost',
});
const navigation = { 'Sec-Fetch-Dest': 'document' };
const text = (answer) => answer.body.toString().replace(/<script.*<\/script>/, '');

describe('--file, --spa', () => {
  for (const [given, shown, file] of [
    ['--file=app/app.html', '<p>app', '/app/app.html'],
    ['--file=/app/app.html', '<p>app', '/app/app.html'],
    ['--spa', '<p>index', '/index.html'],
  ]) {
    test(`${given}: a document that does not exist is this one, anything else is 404`, () =>
      withServer({ root: site.root, args: [given] }, async (server) => {
        const { got, headed } = await getAndHead(server, '/users/5?tab=1', navigation);
        assert.equal(got.status, 200);
        assert.equal(text(got), shown);
        assert.ok(got.body.includes(` data-file="${file}">`));
        assert.equal(Number(headed.fields['content-length']), got.body.length);
        const again = await get(server, '/users/5', {
          ...navigation,
          'If-None-Match': got.fields.etag,
        });
        assert.equal(again.status, 304);
        assert.equal(text(await get(server, '/x', { Accept: 'text/html,*/*' })), shown);
        for (const fields of [
          { 'Sec-Fetch-Dest': 'script' },
          { 'Sec-Fetch-Dest': 'empty' },
          { Accept: '*/*' },
        ]) {
          const missing = await get(server, '/app.js', fields);
          assert.deepEqual(
            [missing.status, text(missing)],
            [404, '<p>lost'],
            JSON.stringify(fields),
          );
        }
        assert.equal(text(await get(server, '/', navigation)), '<p>index');
      }));
  }

  test('a page that shows the document uses it', () =>
    withServer({ root: site.root, args: ['--file=app/app.html'] }, async (server) => {
      await get(server, '/users/5', navigation);
      const page = await openBornPage(server, {
        page: '/users/5',
        uses: ['/users/5', '/app/app.html'],
      });
      site.write('app/app.html', `<p>${Math.random()}`);
      assert.equal((await page.message()).changes[0].urls[0], '/app/app.html');
      await server.waitForLine(/changed app\/app\.html, told 1 page$/);
      page.destroy();
    }));

  test('while the document does not exist, the answer is 404', () =>
    withServer({ root: site.root, args: ['--file=no/such.html'] }, async (server) => {
      assert.equal((await get(server, '/users/5', navigation)).status, 404);
    }));

  for (const given of ['--file=', '--file=app/', '--file=../app.html']) {
    test(`${given} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run(['--port=0', given], { cwd: site.root });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(
        stderr,
        /^liveserve: "[^"\n]*" is not a file of the site, such as index\.html\n$/,
      );
    });
  }
});
