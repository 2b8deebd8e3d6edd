/**
 * Files in several languages: `index.html.zh`, `index.en.html`. What a request gets is compared with real Apache httpd.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { apacheSkip, startApache } from '../support/apache_server.js';
import { get, getAndHead } from '../support/http.js';
import { makeSite, run, until } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const args = ['--languages'];
const navigation = { 'Sec-Fetch-Dest': 'document' };
const text = (answer) =>
  answer.body
    .toString()
    .replace(/<script.*<\/script>/, '')
    .trim();

const files = {
  'index.html.zh': '<p>zh',
  'index.html.en': '<p>en',
  'index.html.pt-br': '<p>pt-br',
  'about.en.html': '<p>about en',
  'about.de.html': '<p>about de',
  'about.html': '<p>about',
  'exact.html': '<p>exact',
  'exact.html.de': '<p>exact de',
  'one/index.html.fr': '<p>fr',
  'style.css.de': 'p { color: red }',
  'style.css.en': 'p { color: blue }',
  'lib/x.js.br': 'packed',
  'types/page.de.html': '<p>page de',
  'types/page.txt.de': 'page de',
  'listed/a.txt': 'a',
  'tag/page.html.zh-Hant-TW': '<p>zh-Hant-TW',
  'tag/page.html.zh-Hans': '<p>zh-Hans',
  'tag/page.html.tr': '<p>tr',
  'not/page.html.ts': '<p>ts',
  'not/page.html.bak': '<p>bak',
  'not/page.html.de.old': '<p>old',
};

describe('--languages', () => {
  test('a page is the one in the language that the browser likes best', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args }, async (server) => {
      const tags = new Set();
      for (const [path, languages, language, shown] of [
        ['/', 'zh-CN,zh;q=0.9,en;q=0.8', 'zh', 'zh'],
        ['/', 'en-GB,en;q=0.9,zh;q=0.8', 'en', 'en'],
        ['/', 'zh;q=0.1,en;q=0.2', 'en', 'en'],
        ['/', 'zh;q=0.2,en;q=0.1', 'zh', 'zh'],
        ['/', 'pt', 'pt-br', 'pt-br'],
        ['/', 'pt-BR, en;q=0.5', 'pt-br', 'pt-br'],
        ['/', 'fr', 'en', 'en'],
        ['/', undefined, 'en', 'en'],
        ['/index.html', 'zh', 'zh', 'zh'],
        ['/index', 'zh', 'zh', 'zh'],
        ['/one/', 'en', 'fr', 'fr'],
        ['/about', 'de', 'de', 'about de'],
        ['/about', 'fr', undefined, 'about'],
        ['/about.html', 'de', undefined, 'about'],
        ['/tag/page', 'zh-Hant', 'zh-Hant-TW', 'zh-Hant-TW'],
        ['/tag/page.html', 'tr', 'tr', 'tr'],
      ]) {
        for (let i = 0; i < 3; i++) {
          const asked = { ...navigation, 'Accept-Language': languages };
          const { got, headed } = await getAndHead(server, path, asked);
          const what = `${path} ${languages}`;
          assert.equal(got.status, 200, what);
          assert.equal(text(got), `<p>${shown}`, what);
          for (const { fields } of [got, headed]) {
            assert.equal(fields['content-language'], language, what);
            assert.equal(fields['content-type'], 'text/html; charset=utf-8', what);
          }
          const isExact = path === '/about.html';
          assert.equal(/Accept-Language/.test(String(got.fields.vary)), !isExact, what);
          const again = { ...asked, 'If-None-Match': got.fields.etag };
          const known = await get(server, path, again);
          assert.equal(known.status, 304, what);
          assert.equal(/Accept-Language/.test(String(known.fields.vary)), !isExact, what);
          if (path === '/') tags.add(got.fields.etag);
        }
      }
      assert.equal(tags.size, 3);
      const other = await get(server, '/', { ...navigation, 'Accept-Language': 'zh' });
      const asked = { ...navigation, 'Accept-Language': 'en', 'If-None-Match': other.fields.etag };
      assert.equal((await get(server, '/', asked)).status, 200);
    });
  });

  test('a file that is there under the name that was asked for comes first', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args }, async (server) => {
      const asked = { ...navigation, 'Accept-Language': 'de' };
      const exact = await get(server, '/exact.html', asked);
      assert.equal(text(exact), '<p>exact');
      assert.doesNotMatch(String(exact.fields.vary), /Accept-Language/);
      const index = { ...navigation, 'Accept-Language': 'zh' };
      assert.equal(text(await get(server, '/', index)), '<p>zh');
      site.write('index.html', '<p>exact');
      assert.equal(text(await get(server, '/', index)), '<p>exact');
      site.remove('index.html');
      assert.equal(text(await get(server, '/', index)), '<p>zh');
    });
  });

  test('each form is at its own name, too, and other files have forms as well; without the option only that', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      for (const [path, language, type] of [
        ['/index.html.zh', 'zh', 'text/html; charset=utf-8'],
        ['/about.en.html', 'en', 'text/html; charset=utf-8'],
        ['/style.css.de', 'de', 'text/css; charset=utf-8'],
        ['/types/page.txt.de', 'de', 'text/plain; charset=utf-8'],
      ]) {
        const { fields, body } = await get(server, path, navigation);
        assert.equal(fields['content-language'], language, path);
        assert.equal(fields['content-type'], type, path);
        assert.equal(body.includes('data-version'), type.startsWith('text/html'), path);
        assert.doesNotMatch(String(fields.vary), /Accept-Language/);
      }
      assert.equal((await get(server, '/style.css')).status, 404);
      assert.equal((await get(server, '/index.html', navigation)).status, 404);
      await withServer({ root: site.root, args }, async (other) => {
        const style = await get(other, '/style.css', { 'Accept-Language': 'de' });
        assert.equal(text(style), 'p { color: red }');
        assert.equal(style.fields['content-language'], 'de');
        const range = { 'Accept-Language': 'en', Range: 'bytes=0-0' };
        assert.equal(text(await get(other, '/style.css', range)), 'p');
      });
    });
  });

  test('what only looks like a form is none', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args }, async (server) => {
      const asked = { ...navigation, 'Accept-Language': 'de' };
      for (const path of ['/not/page.html', '/not/page', '/lib/x.js', '/tag/', '/none', '/inde'])
        assert.notEqual(text(await get(server, path, asked)).slice(0, 3), '<p>', path);
      assert.match(text(await get(server, '/listed/', asked)), /a\.txt<\/a>/);
      assert.equal((await get(server, '/lib/x.js', asked)).status, 404);
    });
  });

  test('a hidden file, a folder and a link that leads out are no form', () => {
    const site = makeSite({
      'secret/.page.html.de': '<p>hidden',
      'folder.html.de/x.txt': 'x',
      'real/page.html': '<p>in',
    });
    fs.symlinkSync('/etc/passwd', site.path('out.html.de'));
    fs.symlinkSync('real/page.html', site.path('in.html.de'));
    const complaints = /a link that leads out/;
    return withServer({ root: site.root, args, complaints }, async (server) => {
      const asked = { ...navigation, 'Accept-Language': 'de' };
      assert.equal((await get(server, '/secret/.page.html', asked)).status, 404);
      assert.equal((await get(server, '/folder.html', asked)).status, 404);
      assert.equal((await get(server, '/out.html', asked)).status, 403);
      assert.equal(text(await get(server, '/in.html', asked)), '<p>in');
    });
  });

  test('a page follows the file that it is made of, and a new form', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args }, async (server) => {
      const asked = { ...navigation, 'Accept-Language': 'zh-CN, en;q=0.5, zh;q=0.9' };
      const shown = await get(server, '/', asked);
      assert.ok(shown.body.includes(' data-file="/index.html.zh">'));
      const page = await openBornPage(server, { uses: ['/', '/index.html.zh'] });
      site.write('index.html.zh', '<p>new');
      assert.deepEqual((await page.message()).changes, [
        { urls: ['/index.html.zh'], kind: 'modified' },
      ]);
      await server.waitForLine(/changed index\.html\.zh, told 1 page$/);
      site.write('index.html.en', '<p>new');
      await server.waitForLine(/changed index\.html\.en, no page uses it$/);
      assert.deepEqual((await page.message()).changes[0].urls, ['/index.html.en']);
      site.write('index.html.zh-CN', '<p>zh-CN');
      assert.deepEqual((await page.message()).changes, [
        { urls: ['/index.html.zh-CN', '/index.html', '/'], kind: 'created' },
      ]);
      assert.equal(text(await get(server, '/', asked)), '<p>zh-CN');
      page.destroy();
    });
  });

  test('a wrong value is one sentence and exit code 2', () => {
    const site = makeSite(files);
    const { code, stderr } = run(['--port=0', '--languages=de'], { cwd: site.root });
    assert.equal(code, 2);
    assert.match(stderr, /^liveserve: [^\n]*--languages[^\n]*\n$/);
  });
});

const htaccess = {
  ...files,
  'off/.htaccess': 'Options -MultiViews\n',
  'off/index.html.de': '<p>off',
  'plus/.htaccess': 'Options +MultiViews -Indexes\n',
  'plus/index.html.de': '<p>plus de',
  'plus/index.html.en': '<p>plus en',
  'order/.htaccess':
    'Options +MultiViews\nLanguagePriority de en\nAddLanguage de .de\nForceLanguagePriority Prefer Fallback\n',
  'order/index.html.de': '<p>order de',
  'order/index.html.en': '<p>order en',
  'fall/.htaccess': 'Options +MultiViews\nFallbackResource /exact.html\n',
  'fall/page.html.de': '<p>fall de',
};

describe('MultiViews in .htaccess', () => {
  test('switches the languages on and off, for its folder', () => {
    const site = makeSite({ ...htaccess, 'off/.htaccess': '' });
    return withServer({ root: site.root }, async (server) => {
      const de = { ...navigation, 'Accept-Language': 'de' };
      assert.match(text(await get(server, '/', de)), /index\.html\.zh<\/a>/);
      assert.match(text(await get(server, '/off/', de)), /index\.html\.de<\/a>/);
      assert.equal(text(await get(server, '/plus/', de)), '<p>plus de');
      assert.equal(text(await get(server, '/order/', navigation)), '<p>order de');
      assert.equal(text(await get(server, '/fall/page', de)), '<p>fall de');
      assert.equal(text(await get(server, '/fall/none', de)), '<p>exact');
      assert.equal((await get(server, '/plus/none', de)).status, 404);
    });
  });

  test('-MultiViews in a folder counts for that folder with --languages, too', () => {
    const site = makeSite(htaccess);
    return withServer({ root: site.root, args }, async (server) => {
      const de = { ...navigation, 'Accept-Language': 'de' };
      assert.equal(text(await get(server, '/plus/', de)), '<p>plus de');
      assert.match(text(await get(server, '/off/', de)), /index\.html\.de<\/a>/);
    });
  });

  test('what is not followed is named with file and line', () => {
    const rules =
      'AddLanguage cs .cz\nForceLanguagePriority None\nLanguagePriority\nDefaultLanguage de\n';
    const site = makeSite({ 'index.html': 'x', '.htaccess': rules });
    const complaints = /\.htaccess:\d+: /;
    return withServer({ root: site.root, complaints }, async (server) => {
      await get(server, '/');
      await until('the notes', () => server.errors.length === 4);
      assert.deepEqual(server.errors, [
        'liveserve: .htaccess:1: AddLanguage cs .cz is not followed: here the extension of a language is its tag',
        'liveserve: .htaccess:2: ForceLanguagePriority None is not followed',
        'liveserve: .htaccess:3: LanguagePriority is not followed: it needs languages',
        'liveserve: .htaccess:4: DefaultLanguage de is not followed',
      ]);
    });
  });
});

/** What is compared: each path with each of these fields. */
const PATHS = ['/', '/index.html', '/index', '/about', '/about.html', '/exact.html', '/exact'];
const MORE = ['/style.css', '/tag/page.html', '/plus/', '/plus/index', '/order/'];
const FIELDS = [
  undefined,
  'en',
  'zh',
  'de',
  'en-GB,en;q=0.9',
  'zh-CN,zh;q=0.9,en;q=0.8',
  'de;q=0.3, en;q=0.7, zh;q=0.5',
  'pt',
  'pt-PT',
  'pt-PT, en;q=0.1',
  'pt-BR;q=0.2, en;q=0.1',
  'de, en',
  'en, de',
  '*',
  '*;q=0.5, de;q=0.1',
  'en;q=0, *',
  'fr, *;q=0.1',
  'EN-us, De;q=0.5',
  'zh-Hant, tr;q=0.2',
  'zh-Hant-TW;q=0.1, zh;q=0.9',
  'de;q=1.000, en;q=0.999',
];

describe('the same as Apache httpd with MultiViews', { skip: apacheSkip }, () => {
  test('status, language, type, Vary and body', async () => {
    const site = makeSite(htaccess);
    const apache = await startApache({
      root: site.root,
      modules: ['negotiation', 'autoindex', 'rewrite'],
      folder: 'AllowOverride All\nOptions +MultiViews +Indexes +FollowSymLinks',
      config: [
        ...['zh', 'en', 'de', 'fr', 'tr', 'pt-br', 'zh-Hans', 'zh-Hant-TW'].map(
          (tag) => `AddLanguage ${tag} .${tag}`,
        ),
        // mime.types has a type for Turkish files.
        'RemoveType .tr',
        'LanguagePriority en de fr pt-br tr zh zh-Hans zh-Hant-TW',
        'ForceLanguagePriority Prefer',
      ].join('\n'),
    });
    /** @type {string[]} */
    const differences = [];
    let count = 0;
    await withServer({ root: site.root, args }, async (server) => {
      for (const path of [...PATHS, ...MORE])
        for (const languages of FIELDS) {
          const asked = { Accept: 'text/html,*/*;q=0.8', 'Accept-Language': languages };
          const theirs = await apache.get(path, asked);
          // Where nothing suits, liveserve shows a page all the same.
          if (theirs.status === 406) continue;
          count++;
          const [a, b] = [theirs, await get(server, path, asked)].map((answer) => ({
            status: answer.status,
            body: text(answer),
            language: answer.fields['content-language']?.toLowerCase(),
            type: answer.fields['content-type']?.replace(/;.*/, ''),
            varies: /accept-language/i.test(String(answer.fields.vary)),
          }));
          try {
            assert.deepEqual(b, a);
          } catch {
            differences.push(
              `${path} ${languages}\n  httpd     ${JSON.stringify(a)}\n  liveserve ${JSON.stringify(b)}`,
            );
          }
        }
    }).finally(() => apache.stop());
    assert.ok(count > 200, `${count} requests`);
    assert.equal(differences.join('\n'), '');
  });
});
