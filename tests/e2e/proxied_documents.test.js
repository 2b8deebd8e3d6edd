/**
 * Pages of another server behind `--proxy`: they get the script tag while they pass, and all else stays as it
 * was sent.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { begin, FETCH, load, NAVIGATION, TAG } from '../support/load.js';
import { makeSite, portOf, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>not seen', 'style.css': 'p { color: red }' });
const PAGE = '<!doctype html><html><head><title>page</title></head><body><p>text</p></body></html>';
const HTML = { 'Content-Type': 'text/html; charset=utf-8' };
const TAGGED = /^<!doctype html><html><head><script src=/;
const BOMB_MIB = 300;

const compress = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  raw: zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
};

/** What the back end has been asked for, with the fields. */
const asked = [];
/** Answers that go on later. */
const open = [];

/** A page of zeros that takes little room on the wire. */
const bomb = zlib.gzipSync(
  Buffer.concat([Buffer.from('<head>'), Buffer.alloc(BOMB_MIB * 1024 * 1024)]),
);

/** @type {Record<string, (asked: http.IncomingMessage, answer: http.ServerResponse) => void>} */
const acts = {
  '/page': (_, answer) =>
    answer
      .writeHead(200, {
        ...HTML,
        'Content-Length': PAGE.length,
        ETag: '"strong"',
        'Last-Modified': 'Sun, 22 Nov 2026 12:00:00 GMT',
        'Accept-Ranges': 'bytes',
        'X-Own': 'stays',
      })
      .end(PAGE),
  '/same': ({ headers }, answer) => {
    const isSame = headers['if-none-match'] === '"v1"';
    answer.writeHead(isSame ? 304 : 200, { ...HTML, ETag: '"v1"' }).end(isSame ? '' : PAGE);
  },
  '/part': ({ headers }, answer) => {
    if (!headers.range) answer.writeHead(200, HTML).end(PAGE);
    else answer.writeHead(206, { ...HTML, 'Content-Range': 'bytes 0-3/90' }).end(PAGE.slice(0, 4));
  },
  '/missing': (_, answer) => answer.writeHead(404, HTML).end(PAGE),
  '/broken': (_, answer) => answer.writeHead(500, HTML).end(PAGE),
  '/moved': (_, answer) => answer.writeHead(302, { ...HTML, Location: '/page' }).end(PAGE),
  '/download': (_, answer) =>
    answer.writeHead(200, { ...HTML, 'Content-Disposition': 'attachment' }).end(PAGE),
  '/text': (_, answer) => answer.writeHead(200, { 'Content-Type': 'text/plain' }).end(PAGE),
  '/script.js': (_, answer) =>
    answer.writeHead(200, { 'Content-Type': 'text/javascript', ETag: '"js"' }).end(PAGE),
  '/slow': (_, answer) => {
    answer.writeHead(200, HTML);
    answer.write('<!doctype html><html><head><title>slow');
    open.push(answer);
  },
  '/bomb': (_, answer) => answer.writeHead(200, { ...HTML, 'Content-Encoding': 'gzip' }).end(bomb),
  '/half': (_, answer) =>
    answer.writeHead(200, { ...HTML, 'Content-Encoding': 'gzip' }).end(bomb.subarray(0, 9000)),
  '/nonsense': (_, answer) =>
    answer.writeHead(200, { ...HTML, 'Content-Encoding': 'br' }).end('\xff\xff\xff plain'),
  '/nonce': (_, answer) =>
    answer
      .writeHead(200, { ...HTML, 'Content-Security-Policy': "script-src 'nonce-r4nd0m='" })
      .end(PAGE),
  '/forbids': (_, answer) =>
    answer
      .writeHead(200, { ...HTML, 'Content-Security-Policy': "script-src 'sha256-x'" })
      .end(PAGE),
  '/no-transform': (_, answer) =>
    answer.writeHead(200, { ...HTML, 'Cache-Control': 'no-transform' }).end(PAGE),
};
const backEnd = http.createServer((request, answer) => {
  const [path, coding] = request.url.split('?');
  asked.push({ path, headers: request.headers });
  if (coding)
    answer
      .writeHead(200, { ...HTML, 'Content-Encoding': coding === 'raw' ? 'deflate' : coding })
      .end(compress[coding](PAGE));
  else acts[path](request, answer);
});
await once(backEnd.listen(0, '127.0.0.1'), 'listening');
after(() => {
  backEnd.close();
  backEnd.closeAllConnections();
});
const args = [`--proxy=/=http://127.0.0.1:${portOf(backEnd)}`];
const lastAsked = () => asked.at(-1).headers;

/** The page that the back end has sent, if the answer is that page with one tag. */
const withoutTag = ({ text }) => text.replace(TAG, '');

describe('pages behind --proxy', () => {
  test('a page gets the tag, and the fields are true of it', () =>
    withServer({ root: site.root, args }, async (server) => {
      const page = await load(server, '/page');
      assert.match(page.text, TAGGED);
      assert.equal(withoutTag(page), PAGE);
      assert.equal(page.fields['x-own'], 'stays');
      assert.equal(page.fields['transfer-encoding'], 'chunked');
      const gone = ['content-length', 'etag', 'last-modified', 'accept-ranges'];
      for (const name of gone) assert.equal(page.fields[name], undefined, name);
      assert.match(page.fields.vary, /Sec-Fetch-Dest/);
      const head = await load(server, '/page', NAVIGATION, 'HEAD');
      assert.equal(head.text, '');
      for (const name of gone) assert.equal(head.fields[name], undefined, name);
      for (const path of ['/missing', '/broken']) {
        const shown = await load(server, path);
        assert.match(shown.text, TAGGED, path);
        assert.equal(withoutTag(shown), PAGE);
      }
    }));

  test('what a browser does not show as a page passes byte for byte', () =>
    withServer({ root: site.root, args }, async (server) => {
      for (const path of ['/moved', '/download', '/text', '/script.js'])
        assert.equal((await load(server, path)).text, PAGE, path);
      const fetched = await load(server, '/page', FETCH);
      assert.equal(fetched.text, PAGE);
      assert.equal(fetched.fields.etag, '"strong"');
      assert.equal(fetched.fields['content-length'], String(PAGE.length));
      for (const coding of ['gzip', 'br']) {
        const packed = await load(server, `/x?${coding}`, FETCH);
        assert.ok(packed.bytes.equals(compress[coding](PAGE)));
        assert.equal(packed.fields['content-encoding'], coding);
      }
    }));

  test('a page is asked for as it is, without conditions, and other things with them', () =>
    withServer({ root: site.root, args }, async (server) => {
      const more = { 'If-None-Match': '"v1"', Range: 'bytes=0-3' };
      const page = await load(server, '/same', { ...NAVIGATION, ...more });
      assert.equal(page.status, 200);
      assert.match(page.text, TAGGED);
      assert.equal(lastAsked()['accept-encoding'], 'identity');
      assert.equal(lastAsked()['if-none-match'], undefined);
      assert.match((await load(server, '/part', { ...NAVIGATION, ...more })).text, TAGGED);
      assert.equal(lastAsked().range, undefined);
      const known = await load(server, '/same', { ...FETCH, ...more });
      assert.deepEqual([known.status, known.fields.etag], [304, '"v1"']);
      const part = await load(server, '/part', { ...FETCH, ...more, 'Accept-Encoding': 'br' });
      assert.deepEqual([part.status, part.text], [206, '<!do']);
      assert.equal(lastAsked()['accept-encoding'], 'br');
    }));

  test('a page that comes compressed all the same is opened', () =>
    withServer({ root: site.root, args }, async (server) => {
      for (const coding of Object.keys(compress)) {
        const page = await load(server, `/x?${coding}`);
        assert.match(page.text, TAGGED, coding);
        assert.equal(withoutTag(page), PAGE);
        assert.equal(page.fields['content-encoding'], undefined);
      }
    }));

  test('the first bytes of a slow page arrive before the others are sent', () =>
    withServer({ root: site.root, args }, async (server) => {
      const answer = await begin(server, '/slow');
      let text = '';
      answer.on('data', (piece) => (text += piece));
      await until('the first bytes', () => TAG.test(text) && text.endsWith('<title>slow'));
      open.at(-1).write(' page');
      await until('the next bytes', () => text.endsWith('slow page'));
      open.at(-1).end();
      await once(answer, 'end');
    }));

  test('a small body that becomes a very large page does not fill the memory', () => {
    // What was freed counts at once, also with the address sanitizer.
    const env = { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1` };
    return withServer({ root: site.root, args, env }, async (server) => {
      await load(server, '/page');
      const before = memory(server);
      const answer = await begin(server, '/bomb');
      const other = await load(server, '/page');
      assert.match(other.text, TAGGED);
      let length = 0;
      answer.on('data', (piece) => (length += piece.length));
      await once(answer, 'end');
      assert.ok(length > BOMB_MIB * 1024 * 1024);
      assert.ok(memory(server) - before < 16 * 1024, `${memory(server) - before} KiB`);
    });
  });

  test('a compressed page that breaks off, or is none, does not look complete', () =>
    withServer({ root: site.root, args }, async (server) => {
      for (const path of ['/half', '/nonsense'])
        assert.ok((await load(server, path)).hasBroken, path);
      assert.match((await load(server, '/page')).text, TAGGED);
    }));

  test('the nonce of the header is that of the tag', () =>
    withServer({ root: site.root, args }, async (server) => {
      const page = await load(server, '/nonce');
      assert.match(TAG.exec(page.text)[0], / nonce="r4nd0m="/);
      assert.doesNotMatch(page.text, /onerror/);
    }));

  test('what hinders the script is said once', () => {
    const complaints = /script-src forbids liveserve's script|no-transform/;
    return withServer({ root: site.root, args, complaints }, async (server) => {
      for (let i = 0; i < 3; i++) {
        assert.match((await load(server, '/forbids')).text, TAG);
        assert.equal((await load(server, '/no-transform')).text, PAGE);
      }
      await until('both lines', () => server.errors.length >= 2);
      assert.equal(server.errors.length, 2, server.errors.join('\n'));
      assert.match(server.errors[0], /^liveserve: http:\/\/127\.0\.0\.1:\d+ sends a Content-/);
    });
  });

  test('--no-inject leaves pages as they are', () =>
    withServer({ root: site.root, args: [...args, '--no-inject'] }, async (server) => {
      const page = await load(server, '/page', { ...NAVIGATION, 'If-None-Match': '"x"' });
      assert.equal(page.text, PAGE);
      assert.equal(page.fields.etag, '"strong"');
      assert.equal(page.fields.vary, undefined);
      assert.equal(lastAsked()['if-none-match'], '"x"');
      assert.notEqual(lastAsked()['accept-encoding'], 'identity');
    }));

  test('a save below --watch reloads a page, also one that was saved while the page was made', async () => {
    const templates = makeSite({ 'page.tmpl': 'one' });
    const more = [...args, `--watch=${templates.root}`];
    await withServer({ root: site.root, args: more }, async (server) => {
      const answer = await begin(server, '/slow');
      answer.setEncoding('utf8');
      const [piece] = await once(answer, 'data');
      const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(piece);
      const page = await openPage(server, { epoch, version: Number(version), page: '/slow' });
      assert.equal((await page.message()).type, 'hello');
      templates.write('page.tmpl', 'two');
      assert.equal((await page.message()).type, 'reload');
      open.at(-1).end();
      const late = await openPage(server, { epoch, version: Number(version), page: '/slow' });
      let message = await late.message();
      if (message.type === 'hello') message = await late.message();
      assert.equal(message.type, 'reload');
      for (const socket of [page, late]) socket.destroy();
    });
  });
});

/** The peak of the server's memory, in KiB. */
function memory(server) {
  return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
}
