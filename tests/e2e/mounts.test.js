/**
 * `--mount ROUTE=PATH`: folders and files from elsewhere are part of the site, and are followed like it.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run } from '../support/server.js';
import { openBornPage, openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<p>index',
  'lib/own.js': 'own',
  'lib/both.js': 'hidden',
  'listed/a.txt': 'a',
});
const dist = makeSite({
  'lib.js': 'lib',
  'both.js': 'shown',
  'page.html': '<!doctype html><p>mounted',
  'sub/index.html': '<p>sub',
  'names/b.txt': 'b',
  'secret.txt': 'not by this route',
});
const config = makeSite({ 'production.json': '{}', 'secret.json': '{}' });

const args = [
  `--mount=/lib=${dist.root}`,
  `--mount=/lib/deep:${dist.path('names')}`,
  `--mount=/config.json=${config.path('production.json')}`,
];

async function body(server, target) {
  const answer = await get(server, target, { 'Sec-Fetch-Dest': 'empty' });
  return [answer.status, answer.body.toString()];
}

describe('--mount', () => {
  test('a mounted file comes before the file of the site', () =>
    withServer({ root: site.root, args }, async (server) => {
      assert.deepEqual(await body(server, '/lib/lib.js'), [200, 'lib']);
      assert.deepEqual(await body(server, '/lib/both.js'), [200, 'shown']);
      assert.deepEqual(
        await body(server, '/lib/own.js'),
        [200, 'own'],
        'what is not there shows through',
      );
      assert.deepEqual(await body(server, '/lib/sub/'), [200, '<p>sub']);
      assert.deepEqual(await body(server, '/lib/deep/b.txt'), [200, 'b']);
      assert.deepEqual(await body(server, '/config.json'), [200, '{}']);
      assert.equal((await get(server, '/secret.json')).status, 404);
      assert.equal((await get(server, '/lib/nothing.js')).status, 404);
      assert.equal((await get(server, '/')).status, 200);
    }));

  test('pages have the tag, files their type, and folders redirect to their slash', () =>
    withServer({ root: site.root, args }, async (server) => {
      const page = await get(server, '/lib/page.html', { 'Sec-Fetch-Dest': 'document' });
      assert.match(
        page.body.toString(),
        /^<!doctype html><script src="(?:\.\.\/)*__liveserve\/client.js"/,
      );
      assert.equal(
        (await get(server, '/config.json')).fields['content-type'],
        'application/json; charset=utf-8',
      );
      const folder = await get(server, '/lib?x');
      assert.equal(folder.status, 302);
      assert.equal(folder.fields.location, '/lib/?x');
    }));

  test('a mounted folder is listed under its route, and a misspelt name in it gets a suggestion', () =>
    withServer({ root: site.root, args }, async (server) => {
      const listing = await get(server, '/lib/', { Accept: 'application/json' });
      const urls = JSON.parse(String(listing.body)).map(({ url }) => url);
      assert.ok(urls.includes('/lib/lib.js') && urls.includes('/lib/sub/'), urls.join(' '));
      const missing = await get(server, '/lib/lbi.js');
      assert.match(missing.body.toString(), /<a href="\/lib\/lib\.js">/);
    }));

  test('no route leads out of its folder', () =>
    withServer({ root: site.root, args, complaints: /a link that leads out/ }, async (server) => {
      fs.symlinkSync(config.path('secret.json'), dist.path('leads-out.json'));
      assert.equal((await get(server, '/lib/leads-out.json')).status, 403);
      assert.deepEqual(await body(server, '/lib/%2e%2e/index.html'), [200, '<p>index']);
      assert.equal((await get(server, '/lib/..%2findex.html')).status, 404);
      assert.deepEqual(
        (await body(server, '/lib/deep/../lib.js'))[1],
        'lib',
        'dots are resolved in the site',
      );
      assert.equal((await get(server, '/lib/deep/%2e%2e/%2e%2e/%2e%2e/x')).status, 400);
    }));

  test('--follow-symlinks counts for what is mounted, too', () =>
    withServer({ root: site.root, args: [...args, '--follow-symlinks'] }, async (server) => {
      assert.equal((await get(server, '/lib/leads-out.json')).status, 200);
    }));

  test('changes are told with the address of the route', () =>
    withServer({ root: site.root, args }, async (server) => {
      const page = await openBornPage(server);
      /** @type {[import('../support/server.js').Site, string, string, string][]} */
      const rows = [
        [dist, 'lib.js', '/lib/lib.js', 'modified'],
        [dist, 'new.js', '/lib/new.js', 'created'],
        [config, 'production.json', '/config.json', 'modified'],
        [site, 'index.html', '/index.html', 'modified'],
      ];
      for (const [folder, name, url, kind] of rows) {
        folder.write(name, `${Math.random()}`);
        const { changes } = await page.message();
        assert.equal(changes[0].urls[0], url);
        assert.equal(changes[0].kind, kind);
        await server.waitForLine(new RegExp(` ${url.slice(1).replace('.', '\\.')}, told 1 page$`));
      }
      page.destroy();
    }));

  test('a file that a mount covers is not told; when the mounted file goes, that is a change', () =>
    withServer({ root: site.root, args }, async (server) => {
      await get(server, '/lib/both.js');
      const page = await openBornPage(server);
      site.write('lib/both.js', 'hidden and new');
      dist.remove('both.js');
      const { changes } = await page.message();
      assert.deepEqual(changes, [{ urls: ['/lib/both.js'], kind: 'modified' }]);
      assert.deepEqual(await body(server, '/lib/both.js'), [200, 'hidden and new']);
      page.destroy();
    }));

  test('a page that comes back after a restart knows whether a mounted file has changed', async () => {
    const urls = ['/', '/lib/lib.js'];
    let stamp;
    const proof = async (server, hello) => {
      const page = await openPage(server);
      await page.message(); // reload: it said that it knows nothing
      page.send(JSON.stringify(hello));
      return [page, await page.message()];
    };
    await withServer({ root: site.root, args }, async (server) => {
      const page = await openBornPage(server);
      page.send(JSON.stringify({ type: 'uses', urls }));
      ({ stamp } = await page.message());
      page.destroy();
    });
    const hello = { type: 'hello', page: '/', epoch: 'other', version: 1, urls, stamp };
    await withServer({ root: site.root, args }, async (server) => {
      const [page, answer] = await proof(server, hello);
      assert.equal(answer.type, 'hello');
      page.destroy();
    });
    dist.write('lib.js', 'changed while nobody looked');
    await withServer({ root: site.root, args }, async (server) => {
      const [page, answer] = await proof(server, hello);
      assert.equal(answer.type, 'reload');
      page.destroy();
    });
  });

  /** @type {[string, RegExp][]} */
  const rows = [
    ['--mount', /--mount needs a value/],
    ['--mount=', /"" is not ROUTE=PATH/],
    ['--mount=lib', /"lib" is not ROUTE=PATH/],
    ['--mount=lib=x', /"lib=x" is not ROUTE=PATH/],
    ['--mount=/lib=no-such', /cannot serve "no-such" at \/lib: No such file or directory/],
    ['--mount=/li\x1bb=no\x1bsuch', /cannot serve "no\\x1bsuch" at \/li\\x1bb/],
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
