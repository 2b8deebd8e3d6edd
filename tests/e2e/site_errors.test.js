/**
 * The site's own pages for errors, and `--no-listing`.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get, getAndHead } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const files = {
  'index.html': '<p>index',
  '404.html': '<p>404 of the site',
  'docs/404.html': '<p>404 of docs',
  'docs/deep/er/x.txt': 'text\n',
};
const navigation = { 'Sec-Fetch-Dest': 'document' };
const text = (answer) => answer.body.toString().replace(/<script.*<\/script>/, '');

describe('pages of the site for errors', () => {
  test('the nearest 404.html answers, and a page that shows it follows it', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      for (const [path, shown, file] of [
        ['/docs/none', '<p>404 of docs', '/docs/404.html'],
        ['/docs/deep/er/none.js', '<p>404 of docs', '/docs/404.html'],
        ['/none/', '<p>404 of the site', '/404.html'],
        ['/.git/config', '<p>404 of the site', '/404.html'],
      ]) {
        const { got, headed } = await getAndHead(server, path, navigation);
        assert.deepEqual([got.status, text(got)], [404, shown], path);
        assert.ok(got.body.includes(` data-file="${file}">`), path);
        assert.equal(Number(headed.fields['content-length']), got.body.length);
      }
      const page = await openBornPage(server, {
        page: '/docs/none',
        uses: ['/docs/none', '/docs/404.html'],
      });
      site.write('docs/404.html', '<p>new');
      assert.equal((await page.message()).changes[0].urls[0], '/docs/404.html');
      page.destroy();
    });
  });

  test('403.html answers for a link that leads out; the terminal says why', () => {
    const site = makeSite({ ...files, '403.html': '<p>403 of the site' });
    const outside = makeSite({ 'secret.txt': 'secret\n' });
    fs.symlinkSync(outside.path('secret.txt'), site.path('docs/out.txt'));
    const complaints = /refused docs\/out\.txt, a link that leads out of the served folder/;
    return withServer({ root: site.root, complaints }, async (server) => {
      const answer = await get(server, '/docs/out.txt');
      assert.equal(answer.status, 403);
      assert.match(text(answer), /^<p>403 of the site/);
      await until('a word about it', () => server.errors.some((line) => complaints.test(line)));
    });
  });
});

describe('--no-listing', () => {
  test('a folder without an index is 403, until it has one', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args: ['--no-listing'] }, async (server) => {
      for (const fields of [navigation, { Accept: 'application/json' }, {}]) {
        const { got } = await getAndHead(server, '/docs/', fields);
        assert.equal(got.status, 403);
        assert.match(got.body.toString(), /not listed[^<]*--no-listing/);
        assert.ok(!got.body.includes('deep'));
      }
      assert.equal((await get(server, '/docs', navigation)).fields.location, 'docs/');
      assert.equal((await get(server, '/none/', navigation)).status, 404);
      assert.equal((await get(server, '/', navigation)).status, 200);
      site.write('docs/index.html', '<p>docs');
      assert.equal(text(await get(server, '/docs/', navigation)), '<p>docs');
    });
  });

  test('in a settings file it counts at once', () => {
    const site = makeSite({ ...files, '.liveserve.json': '{ "listing": true }' });
    return withServer({ root: site.root, cwd: site.root }, async (server) => {
      assert.equal((await get(server, '/docs/', navigation)).status, 200);
      site.write('.liveserve.json', '{ "listing": false }');
      await server.waitForLine(/listing/);
      assert.equal((await get(server, '/docs/', navigation)).status, 403);
    });
  });

  test('a single-page application answers for folders, too', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args: ['--no-listing', '--spa'] }, async (server) => {
      assert.equal(text(await get(server, '/docs/', navigation)), '<p>index');
      assert.equal((await get(server, '/docs/')).status, 403);
    });
  });
});
