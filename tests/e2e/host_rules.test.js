/**
 * Rules of hosts: `_redirects` and `_headers` of Netlify and Cloudflare Pages.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get, getAndHead } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const navigation = { 'Sec-Fetch-Dest': 'document' };
const text = (answer) => answer.body.toString().replace(/<script.*<\/script>/, '');

const FILES = {
  'index.html': '<p>home',
  'app.html': '<p>app',
  'lost.html': '<p>lost',
  'a.css': 'a{}',
  _redirects: `
/home / 302
/app/* /app.html 200
/a.css /b.css
/forced.css /b.css 301!
/gone/* /lost.html 404
/api/* https://api.example.com/:splat 200
`,
  _headers: `
/*
  X-All: 1
/app/*
  X-App: :splat
/a.css
  Content-Type: text/x-mine
`,
};

describe('_redirects and _headers', () => {
  const site = makeSite(FILES);
  const served = { root: site.root, complaints: /: _redirects:7: https:\/\/api/ };

  test('redirects, rewrites and error pages', () =>
    withServer(served, async (server) => {
      const home = await get(server, '/home?x=1');
      assert.deepEqual([home.status, home.fields.location], [302, '/?x=1']);
      assert.equal(home.fields['x-all'], undefined, 'a redirect has no fields of _headers');
      const { got, headed } = await getAndHead(server, '/app/a/b', navigation);
      assert.deepEqual([got.status, text(got)], [200, '<p>app']);
      assert.ok(got.body.includes(' data-file="/app.html"'), 'the page follows its file');
      assert.ok(got.body.includes('src="../../__liveserve/client.js"'));
      assert.equal(got.fields['x-app'], 'a/b');
      assert.equal(Number(headed.fields['content-length']), got.body.length);
      const again = await get(server, '/app/a/b', {
        ...navigation,
        'If-None-Match': got.fields.etag,
      });
      assert.equal(again.status, 304);
      const lost = await get(server, '/gone/x', { ...navigation, 'If-None-Match': '*' });
      assert.deepEqual([lost.status, text(lost)], [404, '<p>lost']);
      assert.equal(lost.fields.etag, undefined);
    }));

  test('a file that is there comes before a rule without "!"', () =>
    withServer(served, async (server) => {
      const there = await get(server, '/a.css');
      assert.deepEqual([there.status, text(there)], [200, 'a{}']);
      assert.equal(there.fields['content-type'], 'text/x-mine');
      assert.equal((await get(server, '/forced.css')).status, 301);
    }));

  test('what other servers answer is named once, and an error', () =>
    withServer(served, async (server) => {
      for (let i = 0; i < 2; i++) {
        const answer = await get(server, '/api/users', navigation);
        assert.equal(answer.status, 502);
        assert.match(answer.body.toString(), /line 7 of _redirects/);
      }
      await until('the note', () => server.errors.length > 0);
      assert.deepEqual(server.errors, [
        'liveserve: _redirects:7: https://api.example.com/:splat would be asked for this; a file of ' +
          'the site decides nothing about other servers, so start with --proxy=ROUTE=URL',
      ]);
    }));

  test('the files themselves are not sent; with --no-host-rules they are files like others', async () => {
    await withServer(served, async (server) => {
      assert.equal((await get(server, '/_redirects')).status, 404);
      assert.equal((await get(server, '/_headers')).status, 404);
    });
    await withServer({ root: site.root, args: ['--no-host-rules'] }, async (server) => {
      assert.equal((await get(server, '/_redirects')).status, 200);
      assert.equal((await get(server, '/home')).status, 404);
      assert.equal((await get(server, '/')).fields['x-all'], undefined);
    });
  });

  test('a Content-Security-Policy of the rules is respected, and told where it forbids the script', async () => {
    const csp = (/** @type {string} */ policy) =>
      makeSite({ 'index.html': '<p>', _headers: `/*\n  Content-Security-Policy: ${policy}\n` });
    await withServer({ root: csp("default-src 'self'").root }, async (server) => {
      const { body, fields } = await get(server, '/', navigation);
      assert.equal(fields['content-security-policy'], "default-src 'self'");
      assert.ok(body.includes('src="__liveserve/client.js"'));
      assert.ok(!body.includes('onerror='), 'no script in an attribute');
      const listing = await get(server, '/none', navigation);
      assert.match(listing.fields['content-security-policy'], /^default-src 'none'/);
    });
    const complaints = /forbids the script of liveserve \(script-src\)/;
    await withServer({ root: csp("script-src 'none'").root, complaints }, async (server) => {
      for (let i = 0; i < 2; i++) await get(server, '/', navigation);
      await until('the notice', () => server.errors.length > 0);
      assert.equal(server.errors.length, 1);
    });
  });

  test('a saved rule counts, and pages reload', () => {
    const own = makeSite({ 'index.html': '<p>home', 'other.html': '<p>other' });
    return withServer({ root: own.root }, async (server) => {
      assert.equal((await get(server, '/x', navigation)).status, 404);
      const page = await openBornPage(server, { uses: ['/'] });
      own.write('_redirects', '/x /other.html 200\n');
      assert.equal((await page.message()).type, 'reload');
      assert.equal(text(await get(server, '/x', navigation)), '<p>other');
      own.write('_redirects', '/x / 302\n');
      assert.equal((await page.message()).type, 'reload');
      assert.equal((await get(server, '/x')).status, 302);
      own.remove('_redirects');
      assert.equal((await page.message()).type, 'reload');
      assert.equal((await get(server, '/x', navigation)).status, 404);
      page.destroy();
    });
  });
});

describe('.htaccess', () => {
  test('is followed live; what is not followed is named once, with file and line', () => {
    const own = makeSite({ 'index.html': '<p>home', 'sub/a.html': '<p>a' });
    const complaints = /sub\/\.htaccess:/;
    return withServer({ root: own.root, complaints }, async (server) => {
      assert.equal((await get(server, '/sub/x', navigation)).status, 404);
      const page = await openBornPage(server, { uses: ['/'] });
      const rules = 'RewriteEngine on\nRewriteRule ^x$ a.html [L]\nExpiresActive On\n';
      own.write('sub/.htaccess', rules);
      assert.equal((await page.message()).type, 'reload');
      const shown = await get(server, '/sub/x', navigation);
      assert.equal(text(shown), '<p>a');
      assert.ok(shown.body.includes(' data-file="/sub/a.html"'), 'the page follows its file');
      await until('the note', () => server.errors.length > 0);
      own.write('sub/.htaccess', `# a line more\n${rules}`);
      assert.equal((await page.message()).type, 'reload');
      assert.equal(text(await get(server, '/sub/x', navigation)), '<p>a');
      assert.deepEqual(server.errors, [
        'liveserve: sub/.htaccess:3: ExpiresActive On is not followed',
      ]);
      own.remove('sub/.htaccess');
      assert.equal((await page.message()).type, 'reload');
      assert.equal((await get(server, '/sub/x', navigation)).status, 404);
      page.destroy();
    });
  });

  test('rules that go round and round end in a page that names file and line', () => {
    const own = makeSite({
      '.htaccess': 'RewriteEngine on\n\nRewriteRule ^(.*)$ /x$1 [L]\n',
      'costly/.htaccess': 'RewriteEngine on\nRewriteRule ^(a+)+$ b\n',
    });
    return withServer({ root: own.root }, async (server) => {
      const endless = await get(server, '/a', navigation);
      assert.equal(endless.status, 500);
      assert.match(endless.body.toString(), /\.htaccess:3: this rule rewrites its own result/);
      const costly = await get(server, `/costly/${'a'.repeat(3000)}b`, navigation);
      assert.equal(costly.status, 500);
      assert.match(costly.body.toString(), /costly\/\.htaccess/);
    });
  });

  test('no rule leads out of the folder, and none is followed with --no-host-rules', async () => {
    const own = makeSite({
      'site/.htaccess':
        'RewriteEngine on\nRewriteRule ^out$ /../secret.txt [L]\nRewriteRule ^up$ ../secret.txt [L]\n',
      'site/index.html': '<p>home',
      'secret.txt': 'secret',
    });
    const root = own.path('site');
    await withServer({ root }, async (server) => {
      for (const path of ['/out', '/up']) {
        const answer = await get(server, path);
        assert.ok(answer.status >= 400, path);
        assert.ok(!answer.body.includes('secret'));
      }
      assert.equal((await get(server, '/.htaccess')).status, 404);
    });
    await withServer({ root, args: ['--no-host-rules'] }, async (server) => {
      assert.equal((await get(server, '/out')).status, 404);
    });
  });
});
