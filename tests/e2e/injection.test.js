/**
 * The tag: documents get it, once, at a place where it breaks nothing. Without the tag they are the file, byte
 * for byte. Everything else is the file, byte for byte.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get, getAndHead } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { serverForFile, withServer } from '../support/with_server.js';

const site = makeSite();
const server = await serverForFile({ root: site.root });

const HTML_TAG =
  /<script src="(?:\.\.\/)*__liveserve\/client\.js"(?: onerror="[^"<>&]*")? data-version="[a-z0-9]{1,8}\.[1-9]\d*"><\/script>/g;
const XML_TAG =
  /<script xmlns="http:\/\/www\.w3\.org\/1999\/xhtml" src="(?:\.\.\/)*__liveserve\/client\.js"(?: onerror="[^"<>&]*")? data-version="[a-z0-9]{1,8}\.[1-9]\d*"><\/script>/g;

const swapped = (buffer) => Buffer.from(buffer).swap16();
const utf16le = (text) => Buffer.from(`\ufeff${text}`, 'utf16le');
const utf16be = (text) => swapped(utf16le(text));

/** @typedef {BufferEncoding | 'utf16be'} Encoding */

/**
 * Takes the tag, which must be there once, out of bytes. Also returns what was before it.
 *
 * @param {Buffer} bytes
 * @param {RegExp} pattern
 * @param {Encoding} [encoding]
 */
function withoutTag(bytes, pattern, encoding = 'latin1') {
  const text =
    encoding === 'utf16be' ? swapped(bytes).toString('utf16le') : bytes.toString(encoding);
  const tags = text.match(pattern) ?? [];
  assert.equal(tags.length, 1, `one tag in ${JSON.stringify(text.slice(0, 300))}`);
  const without = text.replace(pattern, '');
  const before = text.slice(0, text.search(pattern));
  if (encoding === 'utf16be') return { bytes: swapped(Buffer.from(without, 'utf16le')), before };
  return { bytes: Buffer.from(without, encoding), before };
}

let count = 0;

/** Serves content under a new name. */
async function serve(content, extension, fields = {}) {
  const name = `${count++}.${extension}`;
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  site.write(name, bytes);
  const { got: answer, headed } = await getAndHead(server, `/${name}`, fields);
  assert.equal(answer.status, 200);
  assert.equal(Number(headed.fields['content-length']), answer.body.length, 'HEAD says the same');
  return { bytes, answer };
}

const page =
  '<!DOCTYPE html>\n<html lang="en"><head>\n<title>x</title></head><body>text</body></html>\n';
const paragraphs = (size) => '<p>Some text with <b>words</b> in it.\n'.repeat(size / 38);
/**
 * Name, content, and what must stand before the tag; null: anything.
 *
 * @type {[string, string | Buffer, string | null][]}
 */
const documents = [
  ['empty file', '', ''],
  ['no tags at all', 'only text\n', ''],
  ['only white space', ' \n\t', null],
  ['a whole page', page, '<!DOCTYPE html>\n<html lang="en"><head>'],
  ['no head', '<!DOCTYPE html><p>text', '<!DOCTYPE html>'],
  ['only a body', '<body class="a">text</body>', ''],
  ['only html', '<html>text', '<html>'],
  [
    'capitals',
    '<!DOCTYPE HTML><HTML><HEAD><TITLE>X</TITLE></HEAD></HTML>',
    '<!DOCTYPE HTML><HTML><HEAD>',
  ],
  [
    '</body> in the string of a script',
    `<head><script>const a = "</body></html>";</script></head><body></body>`,
    '<head>',
  ],
  [
    '<head> in a comment',
    '<!-- <head> --><html><!-- <head> --><head><title>x',
    '<!-- <head> --><html><!-- <head> --><head>',
  ],
  [
    '> in an attribute',
    '<html data-a="a > b"><head data-b=\'<head>\'><title>x',
    '<html data-a="a > b"><head data-b=\'<head>\'>',
  ],
  ['<header>', '<header>no head</header>', ''],
  [
    'a doctype of old',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><head>',
    null,
  ],
  ['two bodies, two heads', `${page}${page}`, '<!DOCTYPE html>\n<html lang="en"><head>'],
  ['a byte order mark', `\ufeff${page}`, '\xef\xbb\xbf<!DOCTYPE html>\n<html lang="en"><head>'],
  ['only a byte order mark', '\ufeff', '\xef\xbb\xbf'],
  ['a comment that does not end', '<!-- and so on', null],
  ['a tag that does not end', '<html lang="en', null],
  ['CRLF', page.replaceAll('\n', '\r\n'), null],
  ['NUL bytes', Buffer.from('<head>\0<title>\0</title>'), '<head>'],
  [
    'GBK',
    Buffer.concat([
      Buffer.from('<html><head><meta charset="gbk"><title>'),
      Buffer.from('d6d0cec4b2e2cad4', 'hex'),
      Buffer.from('</title>'),
    ]),
    '<html><head>',
  ],
  [
    'every byte',
    Buffer.concat([
      Buffer.from('<head><title>'),
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    ]),
    '<head>',
  ],
  ['64 KiB less one', page.padEnd(65535, ' '), null],
  ['64 KiB', page.padEnd(65536, ' '), null],
  ['64 KiB and one', page.padEnd(65537, ' '), null],
  [
    'a head after 100 KiB of comment',
    `<!DOCTYPE html><!--${' '.repeat(100000)}--><html><head><title>x</title>`,
    null,
  ],
  ['5 MB', `${page}${paragraphs(5e6)}`, '<!DOCTYPE html>\n<html lang="en"><head>'],
  ['5 MB without a head', `<p>${paragraphs(5e6)}`, ''],
];

describe('RFC 9110 8.6: a document without its tag is the file', () => {
  for (const [name, content, before] of documents) {
    test(name, async () => {
      const { bytes, answer } = await serve(content, 'html');
      const without = withoutTag(answer.body, HTML_TAG);
      assert.ok(without.bytes.equals(bytes), 'the bytes of the file');
      if (before !== null) assert.equal(without.before, before);
      assert.ok(
        !without.before.includes('\n') || bytes.toString('latin1').startsWith(without.before),
        'no line is added',
      );
    });
  }

  /** @type {[string, (text: string) => Buffer, Encoding][]} */
  const encodings = [
    ['UTF-16LE', utf16le, 'utf16le'],
    ['UTF-16BE', utf16be, 'utf16be'],
  ];
  for (const [name, encode, encoding] of encodings) {
    for (const [shape, text] of [
      ['a page', page],
      ['中文', '<html><head><title>中文</title>'],
      ['no tags', 'text'],
      ['nothing', ''],
      ['200 KB', page + paragraphs(1e5)],
    ]) {
      test(`${name} with a byte order mark: ${shape}`, async () => {
        const { bytes, answer } = await serve(encode(text), 'html');
        const without = withoutTag(answer.body, HTML_TAG, encoding);
        assert.ok(without.bytes.equals(bytes));
        assert.ok(without.before.startsWith('\ufeff'));
      });
    }
  }

  test('after a comment of 300 KiB there is no tag, because its place is not found', async () => {
    const { bytes, answer } = await serve(`<!--${' '.repeat(300 * 1024)}--><head>`, 'html');
    assert.ok(answer.body.equals(bytes));
  });
});

describe('RFC 9110 8.3.2: the charset is the one of the file', () => {
  /** @type {[string, string | Buffer, string, string][]} */
  const rows = [
    ['valid UTF-8', '<title>äöü 中文</title>', 'html', 'text/html; charset=utf-8'],
    [
      '<meta charset>',
      Buffer.from('<meta charset="GBK"><title>\xd6\xd0', 'latin1'),
      'html',
      'text/html; charset=GBK',
    ],
    [
      '<meta http-equiv>',
      Buffer.from(
        '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">\x93\xfa',
        'latin1',
      ),
      'html',
      'text/html; charset=shift_jis',
    ],
    ['neither', Buffer.from('<title>\xe4\xf6', 'latin1'), 'html', 'text/html'],
    [
      'other bytes only after 64 KiB',
      Buffer.from('<title>x'.padEnd(70000) + '\xe4\xf6', 'latin1'),
      'html',
      'text/html',
    ],
    ['a byte order mark', '\ufeff<title>x', 'html', 'text/html; charset=utf-8'],
    ['UTF-16LE', utf16le('<title>x'), 'html', 'text/html; charset=utf-16le'],
    ['UTF-16BE', utf16be('<title>x'), 'html', 'text/html; charset=utf-16be'],
    ['text in windows-1252', Buffer.from('caf\xe9', 'latin1'), 'txt', 'text/plain'],
    ['CSS', '@charset "windows-1251"; a{}', 'css', 'text/css; charset=windows-1251'],
  ];
  for (const [name, content, extension, type] of rows) {
    test(name, async () => {
      const { answer } = await serve(content, extension);
      assert.equal(answer.fields['content-type'].toLowerCase(), type.toLowerCase());
    });
  }

  test('a charset in a page cannot put a field into the answer', async () => {
    const { answer } = await serve('<meta charset="x\r\nX-Injected: yes">', 'html');
    assert.ok(!('x-injected' in answer.fields));
  });
});

describe('Fetch Metadata 2.1: only documents get the tag', () => {
  const page = '<!DOCTYPE html><html><head><title>x</title></head></html>';
  const svg =
    '<?xml version="1.0"?>\n<!-- <svg> -->\n<svg xmlns="http://www.w3.org/2000/svg" width="1"><rect/></svg>\n';
  const xhtml =
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body/></html>';

  for (const dest of ['document', 'iframe', 'frame', 'embed', 'object']) {
    test(`HTML for ${dest}: tag`, async () => {
      const { bytes, answer } = await serve(page, 'html', { 'Sec-Fetch-Dest': dest });
      assert.ok(withoutTag(answer.body, HTML_TAG).bytes.equals(bytes));
    });

    test(`SVG for ${dest}: tag`, async () => {
      const { bytes, answer } = await serve(svg, 'svg', { 'Sec-Fetch-Dest': dest });
      const without = withoutTag(answer.body, XML_TAG);
      assert.ok(without.bytes.equals(bytes));
      assert.equal(without.before, svg.slice(0, svg.indexOf('<rect')));
    });
  }

  for (const dest of [
    'empty',
    'image',
    'script',
    'style',
    'worker',
    'video',
    'something-new',
    '',
  ]) {
    test(`HTML and SVG for ${JSON.stringify(dest)}: byte for byte`, async () => {
      for (const [content, extension] of [
        [page, 'html'],
        [svg, 'svg'],
        [xhtml, 'xhtml'],
      ]) {
        const { bytes, answer } = await serve(content, extension, { 'Sec-Fetch-Dest': dest });
        assert.ok(answer.body.equals(bytes), extension);
      }
    });
  }

  test('a request that a service worker passes on is for a document, a fetch of a page is not', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    /** @type {[string, string, boolean][]} */
    const rows = [
      ['navigate', accept, true],
      ['same-origin', accept, true],
      ['cors', 'text/html', false],
      ['same-origin', '*/*', false],
      ['no-cors', accept, false],
    ];
    for (const [mode, wanted, isDocument] of rows) {
      const fields = { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': mode, Accept: wanted };
      const { bytes, answer } = await serve(page, 'html', fields);
      if (isDocument) assert.ok(withoutTag(answer.body, HTML_TAG).bytes.equals(bytes), mode);
      else assert.ok(answer.body.equals(bytes), mode);
    }
  });

  test('without Fetch Metadata: HTML has the tag, SVG only when the client accepts HTML', async () => {
    assert.match(
      (await serve(page, 'html')).answer.body.toString(),
      /<script src="(?:\.\.\/)*__liveserve/,
    );
    assert.doesNotMatch((await serve(svg, 'svg')).answer.body.toString(), /__liveserve/);
    assert.doesNotMatch(
      (await serve(svg, 'svg', { Accept: 'image/*,*/*' })).answer.body.toString(),
      /__liveserve/,
    );
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    assert.match(
      (await serve(svg, 'svg', { Accept: accept })).answer.body.toString(),
      /<script xmlns="[^"]*" src="(?:\.\.\/)*__liveserve/,
    );
  });

  test('without Fetch Metadata: what a script fetches has no tag', async () => {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
    const navigation = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    /** @type {[Record<string, string>, boolean][]} */
    const rows = [
      [{ Accept: navigation, 'User-Agent': agent }, true],
      [{ Accept: navigation }, true],
      [{ Accept: '*/*', 'User-Agent': agent }, false],
      [{ Accept: 'text/html, */*; q=0.01', 'User-Agent': agent }, false],
      [{ Accept: 'text/html, application/xhtml+xml', 'User-Agent': agent }, false],
      [{ Accept: '*/*', 'Sec-Fetch-Mode': 'cors', 'User-Agent': 'node' }, false],
    ];
    for (const [fields, isDocument] of rows) {
      const { bytes, answer } = await serve(page, 'html', fields);
      const label = JSON.stringify(fields);
      if (isDocument) assert.ok(withoutTag(answer.body, HTML_TAG).bytes.equals(bytes), label);
      else assert.ok(answer.body.equals(bytes), label);
      assert.match(answer.fields.vary, /\bAccept\b/);
    }
  });

  test('XHTML', async () => {
    const { bytes, answer } = await serve(xhtml, 'xhtml', { 'Sec-Fetch-Dest': 'document' });
    const without = withoutTag(answer.body, XML_TAG);
    assert.ok(without.bytes.equals(bytes));
    assert.match(without.before, /<head>$/);
  });

  test('an SVG whose root element is empty has no tag', async () => {
    const { bytes, answer } = await serve('<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg', {
      'Sec-Fetch-Dest': 'document',
    });
    assert.ok(answer.body.equals(bytes));
  });

  test('RFC 9110 12.5.5: Vary names the fields that decide', async () => {
    for (const [content, extension] of [
      [page, 'html'],
      [svg, 'svg'],
    ]) {
      assert.match((await serve(content, extension)).answer.fields.vary, /\bSec-Fetch-Dest\b/i);
    }
  });

  for (const extension of ['txt', 'css', 'js', 'json', 'xml', 'md', 'png', 'bin', 'vue']) {
    test(`.${extension} for a document: byte for byte`, async () => {
      const { bytes, answer } = await serve(page, extension, { 'Sec-Fetch-Dest': 'document' });
      assert.ok(answer.body.equals(bytes));
    });
  }
});

test('--no-inject: documents are their files, whatever the request', () =>
  withServer({ root: site.root, args: ['--no-inject'] }, async (plain) => {
    const files = {
      'plain.html': '<!DOCTYPE html><p>x',
      'plain.svg': '<svg xmlns="x"><g/></svg>',
      '404.html': 'own',
    };
    for (const [name, content] of Object.entries(files)) {
      site.write(name, content);
      const answer = await get(plain, `/${name}`, {
        'Sec-Fetch-Dest': 'document',
        Accept: 'text/html',
      });
      assert.equal(answer.body.toString(), content);
      assert.ok(!answer.fields.etag.includes('.'), 'and their tag says nothing of the folder');
      assert.equal(answer.fields.vary, undefined);
    }
    assert.equal((await get(plain, '/no-such')).body.toString(), 'own');
    site.remove('404.html');
  }));
