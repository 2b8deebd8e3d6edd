/**
 * Clean URLs and `--index`: which file an address shows, and that its page follows this file.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get, getAndHead } from '../support/http.js';
import { makeSite, run } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const files = {
  'index.html': '<p>index',
  'default.htm': '<p>default',
  'about.html': '<p>about',
  'both.html': '<p>both.html',
  'both/index.html': '<p>both/',
  'docs/default.htm': '<p>docs',
};
const navigation = { 'Sec-Fetch-Dest': 'document' };
const text = (answer) => answer.body.toString().replace(/<script.*<\/script>/, '');

describe('clean URLs', () => {
  test('/NAME shows NAME.html, with its type and tag, and HEAD and conditions are answered, too', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      const { got, headed } = await getAndHead(server, '/about?x=1', navigation);
      assert.equal(got.status, 200);
      assert.equal(text(got), '<p>about');
      assert.equal(got.fields['content-type'], 'text/html; charset=utf-8');
      assert.ok(got.body.includes(' data-file="/about.html">'));
      assert.equal(Number(headed.fields['content-length']), got.body.length);
      const fields = { ...navigation, 'If-None-Match': got.fields.etag };
      assert.equal((await get(server, '/about', fields)).status, 304);
      assert.equal(text(await get(server, '/both', navigation)), '<p>both.html');
      assert.equal(text(await get(server, '/both/', navigation)), '<p>both/');
      assert.equal((await get(server, '/about/', navigation)).status, 404);
      assert.equal((await get(server, '/docs', navigation)).fields.location, 'docs/');
    });
  });

  test('a page at its clean address uses its file: it is told of each change, and of its end', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      await get(server, '/about', navigation);
      const page = await openBornPage(server, { page: '/about', uses: ['/about', '/about.html'] });
      site.write('about.html', '<p>new');
      assert.deepEqual((await page.message()).changes, [
        { urls: ['/about.html'], kind: 'modified' },
      ]);
      await server.waitForLine(/changed about\.html, told 1 page$/);
      site.remove('about.html');
      assert.equal((await page.message()).changes[0].kind, 'deleted');
      assert.equal((await get(server, '/about', navigation)).status, 404);
      page.destroy();
    });
  });

  test('a file of the exact name comes first, also when it comes later', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      for (let i = 0; i < 4; i++)
        assert.equal(text(await get(server, '/about', navigation)), '<p>about');
      site.write('about', 'file\n');
      assert.equal(text(await get(server, '/about', navigation)), 'file\n');
    });
  });

  test('--clean-urls=redirect: each page has one address, also behind a path that a proxy takes off', () => {
    const site = makeSite(files);
    const args = ['--clean-urls=redirect'];
    return withServer({ root: site.root, args }, async (server) => {
      for (const [path, location, relative] of [
        ['/about.html', '/about', 'about'],
        ['/about.html?a=1&b', '/about?a=1&b', 'about?a=1&b'],
        ['/about/', '/about', '../about'],
        ['/both.html', '/both', 'both'],
        ['/both/index.html', '/both/', './'],
        ['/index.html', '/', './'],
      ]) {
        const plain = await get(server, path);
        const shown = await get(server, path, navigation);
        assert.deepEqual(
          [plain.status, plain.fields.location, shown.status, shown.fields.location],
          [302, location, 302, relative],
          path,
        );
        assert.ok((await get(server, location)).status === 200);
      }
      assert.equal((await get(server, '/none.html')).status, 404);
    });
  });

  test('--no-clean-urls: files are at their own names only', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args: ['--no-clean-urls'] }, async (server) => {
      assert.equal((await get(server, '/about', navigation)).status, 404);
      assert.equal((await get(server, '/about.html', navigation)).status, 200);
      assert.equal((await get(server, '/both', navigation)).fields.location, 'both/');
    });
  });

  test('--proxy-after-files: the file of a clean URL answers before another server', () => {
    const site = makeSite(files);
    const args = ['--proxy=http://127.0.0.1:1', '--proxy-wait=0', '--proxy-after-files'];
    return withServer({ root: site.root, args }, async (server) => {
      assert.equal(text(await get(server, '/about', navigation)), '<p>about');
      assert.equal((await get(server, '/other', navigation)).status, 502);
    });
  });

  test('a rule of a host does not apply where a clean URL shows a file, unless it is forced', () => {
    const site = makeSite({
      ...files,
      _redirects:
        '/about /both 302\n/other /both 302\n/both /elsewhere 302!\n/old /about.html 200\n',
    });
    const args = ['--clean-urls=redirect'];
    return withServer({ root: site.root, args }, async (server) => {
      assert.equal(text(await get(server, '/about', navigation)), '<p>about');
      assert.equal((await get(server, '/other', navigation)).fields.location, '/both');
      assert.equal((await get(server, '/both', navigation)).fields.location, '/elsewhere');
      assert.equal(text(await get(server, '/old', navigation)), '<p>about');
    });
  });

  test('a wrong value is one sentence and exit code 2', () => {
    const site = makeSite(files);
    const { code, stderr } = run(['--port=0', '--clean-urls=yes'], {
      cwd: site.root,
    });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      'liveserve: --clean-urls is on, off (--no-clean-urls), or "redirect"; "yes" is none of them\n',
    );
  });
});

describe('--index', () => {
  test('the first name that a folder has is shown, and its page is told of changes', () => {
    const site = makeSite(files);
    const args = ['--index=default.htm,index.html'];
    return withServer({ root: site.root, args }, async (server) => {
      assert.equal(text(await get(server, '/', navigation)), '<p>default');
      assert.equal(text(await get(server, '/docs/', navigation)), '<p>docs');
      assert.equal(text(await get(server, '/both/', navigation)), '<p>both/');
      const page = await openBornPage(server, { page: '/docs/', uses: ['/docs/'] });
      site.write('docs/default.htm', '<p>new');
      assert.deepEqual((await page.message()).changes, [
        { urls: ['/docs/default.htm', '/docs/'], kind: 'modified' },
      ]);
      await server.waitForLine(/changed docs\/default\.htm, told 1 page$/);
      page.destroy();
    });
  });

  test('in a settings file it is a list, and a folder without such a file is listed', () => {
    const site = makeSite({
      ...files,
      '.liveserve.json': '{ "index": ["home.html"] }',
    });
    return withServer({ root: site.root, cwd: site.root }, async (server) => {
      await server.waitForLine(/no file of --index is in this folder; \/ lists its files/);
      assert.match(text(await get(server, '/', navigation)), /index\.html<\/a>/);
    });
  });

  for (const given of ['', 'docs/default.htm', '..', '.env', 'server.key']) {
    test(`--index=${given} is one sentence and exit code 2`, () => {
      const site = makeSite(files);
      const { code, stderr } = run(['--port=0', `--index=${given}`], {
        cwd: site.root,
      });
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^liveserve: "[^"\n]*" is not the name of an index file, such as index\.html: [^\n]*\n$/,
      );
    });
  }
});
