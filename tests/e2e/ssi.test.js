/**
 * Server-side includes: each page of a table is the same as that of the real Apache httpd; and what is ours:
 * what is refused, what is said in the terminal, and that nothing old is ever sent.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { apacheSkip, startApache } from '../support/apache_server.js';
import { get } from '../support/http.js';
import { makeSite, run, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';
import { conditions, pages, parts } from './ssi_pages.js';

const FETCH = { 'Sec-Fetch-Dest': 'empty', 'User-Agent': 'a "test"' };
const COMPLAINTS = /^liveserve: (\S+:\d+: |large\.shtml is |and \d+ more|… and )/;

/**
 * @param {import('../support/server.js').Server} server
 * @param {string} target
 * @param {import('../support/http.js').Fields} [fields]
 */
const body = async (server, target, fields = FETCH) =>
  (await get(server, target, fields)).body.toString();

/** Waits for a line on stderr. */
const complains = (server, pattern) =>
  until(`the complaint ${pattern}`, () => pattern.test(server.errors.join('\n')));

const withCondition = (condition) =>
  `<!--#set var="p" value="part" --><!--#if expr=${condition} -->T<!--#else -->F<!--#endif -->`;

describe('beside Apache httpd', { skip: apacheSkip }, () => {
  test('the same pages', async () => {
    const site = makeSite({
      ...parts,
      ...Object.fromEntries(pages.map((page, i) => [`page-${i}.shtml`, page])),
      ...Object.fromEntries(conditions.map((one, i) => [`if-${i}.shtml`, withCondition(one)])),
    });
    const time = new Date('2020-02-03T04:05:06Z');
    for (const name of fs.readdirSync(site.root, { recursive: true, encoding: 'utf8' }))
      fs.utimesSync(site.path(name), time, time);
    const apache = await startApache({
      root: site.root,
      modules: ['include'],
      folder: 'Options +Includes\nAddType text/html .shtml\nAddOutputFilter INCLUDES .shtml',
    });
    await withServer({ root: site.root, complaints: COMPLAINTS }, async (server) => {
      // The port is part of what is shown.
      const fields = { ...FETCH, Host: 'localhost' };
      for (const name of [
        ...pages.map((_, i) => `page-${i}`),
        ...conditions.map((_, i) => `if-${i}`),
      ]) {
        const target = `/${name}.shtml?a=1&b=%3c+c`;
        const theirs = (await apache.get(target, fields)).body.toString('latin1');
        const ours = (await get(server, target, fields)).body.toString('latin1');
        assert.equal(ours, theirs, site.read(`${name}.shtml`));
      }
    });
    await apache.stop();
  });
});

describe('what is refused', () => {
  const outside = makeSite({ 'secret.txt': 'SECRET', 'secret.html': 'SECRET' });
  const site = makeSite({
    '.env': 'SECRET',
    '.git/config': 'SECRET',
    'names.shtml': [
      '<!--#include file=".env" -->',
      '<!--#include virtual="/.git/config" -->',
      '<!--#include virtual="/.%67it/config" -->',
      '<!--#include virtual="/link.txt" -->',
      '<!--#include file="link.txt" -->',
      '<!--#include virtual="/folder/secret.txt" -->',
      '<!--#include virtual="/hidden.txt" -->',
      '<!--#include virtual="../secret.txt" -->',
      '<!--#include virtual="/..%2fsecret.txt" -->',
      '<!--#include file="../secret.txt" -->',
      `<!--#include file="${outside.root}/secret.txt" -->`,
      `<!--#include virtual="file://${outside.root}/secret.txt" -->`,
      '<!--#fsize file=".env" -->',
      '<!--#flastmod virtual="/link.txt" -->',
      '<!--#exec cmd="echo SECRET" -->',
      '<!--#exec cgi="/secret.txt" -->',
    ].join('\n'),
    'self.shtml': '(<!--#include virtual="self.shtml" -->)',
    'a.shtml': 'a<!--#include file="b.shtml" -->',
    'b.shtml': 'b<!--#include file="a.shtml" --><!--#include file="a.shtml" -->',
    'huge.shtml': '<!--#include file="half.txt" -->'.repeat(20),
    'half.txt': 'x'.repeat(512 * 1024),
    'many.shtml': '<!--#fsize file="half.txt" -->'.repeat(600),
    'large.shtml': `<!--#echo var="DOCUMENT_NAME" -->${' '.repeat(1024 * 1024)}`,
    'double.shtml': `<!--#set var="a" value="${'x'.repeat(1000)}" -->${'<!--#set var="a" value="$a$a" -->'.repeat(40)}[<!--#echo var="a" -->]`,
    'variables.shtml': Array.from(
      { length: 600 },
      (_, i) => `<!--#set var="v${i}" value="x" -->`,
    ).join(''),
    'work.shtml': `<!--#set var="a" value="${'x'.repeat(60000)}" -->${'<!--#set var="b" value="$a" -->'.repeat(400)}`,
    'directives.shtml': '<!--#comment -->'.repeat(21000),
  });
  fs.symlinkSync(outside.path('secret.txt'), site.path('link.txt'));
  fs.symlinkSync(outside.root, site.path('folder'));
  fs.symlinkSync('.env', site.path('hidden.txt'));
  const ERROR = '[an error occurred while processing this directive]';

  test('nothing hidden, nothing outside of ROOT, no program', () =>
    withServer({ root: site.root, complaints: COMPLAINTS }, async (server) => {
      const text = await body(server, '/names.shtml');
      assert.equal(text, Array(16).fill(ERROR).join('\n'));
      await complains(server, /: names\.shtml:1: \.env is not included: there is no such file$/m);
      await complains(server, /: names\.shtml:4: .*leads out/);
      await complains(server, /: and 6 more mistakes in that page$/m);
    }));

  test('--dotfiles includes hidden files', () =>
    withServer(
      { root: site.root, args: ['--dotfiles'], complaints: COMPLAINTS },
      async (server) => {
        const lines = (await body(server, '/names.shtml')).split('\n');
        assert.deepEqual(lines.slice(0, 3), ['SECRET', 'SECRET', 'SECRET']);
        assert.equal(lines[3], ERROR);
      },
    ));

  test('cycles, depth, size and count have an end', () =>
    withServer({ root: site.root, complaints: COMPLAINTS }, async (server) => {
      assert.equal(await body(server, '/self.shtml'), '('.repeat(16) + ERROR + ')'.repeat(16));
      await complains(
        server,
        /self\.shtml:1: self\.shtml is not included: the file includes itself/,
      );
      assert.match(await body(server, '/a.shtml'), /^(ab){8}\[an error/);
      const huge = await body(server, '/huge.shtml');
      assert.equal(huge.length, 8 * 512 * 1024);
      await complains(server, /huge\.shtml:1: the page becomes larger than 4 MiB/);
      assert.equal((await body(server, '/many.shtml')).split('512K').length - 1, 512);
      assert.match(await body(server, '/large.shtml'), /^<!--#echo/, 'sent as it is');
      await complains(server, /large\.shtml is larger than 1 MiB/);
      const double = await body(server, '/double.shtml');
      assert.ok(double.length < 68000 + 40 * ERROR.length);
      assert.match(await body(server, '/variables.shtml'), /an error occurred/);
      assert.equal(await body(server, '/work.shtml'), '');
      await complains(server, /work\.shtml:1: the page uses the values of its variables too often/);
      assert.equal(await body(server, '/directives.shtml'), '');
      await complains(server, /directives\.shtml:1: the page has more than 20,000 directives/);
    }));
});

describe('answers', () => {
  const site = makeSite({
    'index.html': '<!doctype html><p><!--#include file="footer.html" -->',
    'page.shtml': '<!doctype html><title>t</title><!--#include file="parts/head.shtml" --><p>one',
    'plain.shtml': '<!doctype html><p>no directive',
    'parts/head.shtml': '<h1><!--#include virtual="/footer.html" --></h1>',
    'footer.html': 'FOOT',
    'wrong.shtml': '\n\n<!--#include file="later.html" -->',
    'varies.shtml':
      '<!--#if expr="v(\'QUERY_STRING\') = \'b\'" --><!--#include file="b.html" --><!--#else --><!--#include file="a.html" --><!--#endif -->',
    'a.html': 'a',
    'b.html': 'b',
  });

  test('a document has its tag, its type, its own entity tag, and no date', () =>
    withServer({ root: site.root }, async (server) => {
      const page = await get(server, '/page.shtml', { 'Sec-Fetch-Dest': 'document' });
      assert.match(
        page.body.toString(),
        /^<!doctype html><script src="__liveserve\/client.js"[^>]*><\/script><title>t<\/title><h1>FOOT<\/h1><p>one$/,
      );
      assert.equal(page.fields['content-type'], 'text/html; charset=utf-8');
      assert.equal(page.fields['last-modified'], undefined);
      const plain = await get(server, '/page.shtml', FETCH);
      const again = { ...FETCH, 'If-None-Match': plain.fields.etag };
      assert.equal((await get(server, '/page.shtml', again)).status, 304);
      const dated = { ...FETCH, 'If-Modified-Since': new Date(Date.now() + 1e6).toUTCString() };
      assert.equal((await get(server, '/page.shtml', dated)).status, 200);
      const range = await get(server, '/page.shtml', { ...FETCH, Range: 'bytes=0-8' });
      assert.equal(range.status, 206);
      assert.equal(range.body.toString(), '<!doctype');
      assert.equal(await body(server, '/plain.shtml'), '<!doctype html><p>no directive');
    }));

  test('no answer is old, however often it was asked for', () =>
    withServer({ root: site.root }, async (server) => {
      let { etag } = (await get(server, '/page.shtml', FETCH)).fields;
      for (let i = 0; i < 30; i++) {
        site.write('footer.html', `FOOT ${i}`);
        const answer = await get(server, '/page.shtml', { ...FETCH, 'If-None-Match': etag });
        assert.equal(answer.status, 200);
        assert.match(answer.body.toString(), new RegExp(`<h1>FOOT ${i}</h1>`));
        ({ etag } = answer.fields);
        assert.equal(
          (await get(server, '/page.shtml', { ...FETCH, 'If-None-Match': etag })).status,
          304,
        );
      }
    }));

  test('.html only with --ssi', async () => {
    await withServer({ root: site.root }, async (server) => {
      assert.match(await body(server, '/'), /#include/);
    });
    await withServer({ root: site.root, args: ['--ssi'] }, async (server) => {
      assert.equal(await body(server, '/'), `<!doctype html><p>${site.read('footer.html')}`);
    });
  });

  test('a mistake is said once for each state of the page', () =>
    withServer({ root: site.root, complaints: COMPLAINTS }, async (server) => {
      const said = () => server.errors.filter((line) => line.includes('wrong.shtml')).length;
      for (let i = 0; i < 3; i++) assert.match(await body(server, '/wrong.shtml'), /an error/);
      await complains(
        server,
        /: wrong\.shtml:3: later\.html is not included: there is no such file$/m,
      );
      site.write('later.html', 'now');
      assert.equal(await body(server, '/wrong.shtml'), '\n\nnow');
      site.remove('later.html');
      site.edit('wrong.shtml', '\n', '\n\n');
      assert.match(await body(server, '/wrong.shtml'), /an error/);
      await complains(server, /: wrong\.shtml:4: later\.html is not included/);
      assert.equal(said(), 2);
    }));

  /** Waits for a change of url. */
  async function changeOf(page, url) {
    for (;;) {
      const message = await page.message();
      if (message.type === 'reload') return assert.fail('all of the page is to be loaded again');
      if (message.changes?.some(({ urls }) => urls.includes(url))) return message;
    }
  }

  test('pages are told of what they include, also of what was missing; others are not', () =>
    withServer({ root: site.root, complaints: COMPLAINTS }, async (server) => {
      for (const target of ['/page.shtml', '/plain.shtml', '/wrong.shtml'])
        await body(server, target);
      const page = await openPage(server, { page: '/page.shtml' });
      const first = await page.message();
      assert.ok(['hello', 'reload'].includes(first.type));
      page.send(JSON.stringify({ type: 'uses', urls: ['/page.shtml'] }));
      assert.equal((await page.message()).type, 'state');
      const used = (name) => /Used +(.*)/.exec(run(['why', site.path(name)]).stdout)?.[1];
      assert.equal(used('footer.html'), 'by 1 open page');
      assert.equal(used('a.html'), 'no page has asked for it');
      site.write('footer.html', 'SAVED');
      const change = await changeOf(page, '/page.shtml');
      assert.ok(!JSON.stringify(change).includes('plain.shtml'));
      assert.ok(!JSON.stringify(change).includes('wrong.shtml'));
      site.write('later.html', 'here');
      await changeOf(page, '/wrong.shtml');
      site.remove('later.html');
      await changeOf(page, '/wrong.shtml');
      site.rename('parts', 'moved');
      await changeOf(page, '/page.shtml');
      site.rename('moved', 'parts');
      await changeOf(page, '/page.shtml');
    }));

  test('with --index, folders show their index.shtml, and follow what it includes', () => {
    const own = makeSite({
      'index.shtml': 'I[<!--#include virtual="/sub/" --><!--#include file="foot.html" -->]',
      'sub/index.shtml': 'sub <!--#echo var="DOCUMENT_NAME" --> ',
      'foot.html': 'foot',
    });
    return withServer({ root: own.root, args: ['--index=index.shtml'] }, async (server) => {
      assert.equal(await body(server, '/'), 'I[sub index.shtml foot]');
      assert.equal(await body(server, '/sub/'), 'sub index.shtml ');
      const page = await openPage(server, { page: '/' });
      await page.message();
      own.write('foot.html', 'new');
      await changeOf(page, '/');
      assert.equal(await body(server, '/'), 'I[sub index.shtml new]');
    });
  });

  test('with --ssi, a page is told of its parts under its clean address, too', () => {
    const own = makeSite({
      'about.html': 'A<!--#include file="foot.html" -->',
      'foot.html': 'foot',
    });
    return withServer({ root: own.root, args: ['--ssi'] }, async (server) => {
      assert.equal(await body(server, '/about'), 'Afoot');
      const document = await body(server, '/about', { 'Sec-Fetch-Dest': 'document' });
      assert.match(document, /data-file="\/?about\.html"/);
      const page = await openPage(server, { page: '/about' });
      await page.message();
      own.write('foot.html', 'new');
      // The page knows by its tag which file it is.
      await changeOf(page, '/about.html');
      assert.equal(await body(server, '/about'), 'Anew');
    });
  });

  test('the stamp of a page is that of all its parts, also after a restart', async () => {
    const urls = (name) => [`/${name}.shtml`];
    const stampOf = (name) =>
      new Promise((resolve, reject) => {
        withServer({ root: site.root }, async (server) => {
          const page = await openPage(server, { page: '/' });
          await page.message();
          page.send(JSON.stringify({ type: 'uses', urls: urls(name) }));
          for (;;) {
            const message = await page.message();
            if (message.type === 'state') return resolve(message.stamp);
          }
        }).catch(reject);
      });
    const before = await stampOf('page');
    assert.equal(await stampOf('page'), before);
    site.write('footer.html', 'CHANGED');
    assert.notEqual(await stampOf('page'), before);
    const plain = await stampOf('plain');
    assert.equal(await stampOf('plain'), plain);
    // Which part it has depends on the request, so nobody knows whether it was another one.
    assert.notEqual(await stampOf('varies'), await stampOf('varies'));
  });
});
