/**
 * Files that were compressed when the site was built.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { get, getAndHead } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const SCRIPT = `console.log(${'1 + '.repeat(1000)}1);\n`;
const LARGE = Buffer.alloc(300000, 'wasm ');
const PACKED_LARGE = zlib.gzipSync(LARGE, { level: 0 });
const files = {
  'game.js.br': zlib.brotliCompressSync(SCRIPT),
  'game.js.gz': zlib.gzipSync(SCRIPT),
  'game.js.zst': 'zstd is not in Node 20',
  'game.wasm.gz': PACKED_LARGE,
  'game.data.br': zlib.brotliCompressSync('data'),
  'page.html.gz': zlib.gzipSync('<!doctype html><p>text'),
  'picture.svgz': zlib.gzipSync('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  'backup.tar.gz': zlib.gzipSync('tar'),
  'sitemap.xml.gz': zlib.gzipSync('<urlset/>'),
};

describe('a packed file, asked for by its name', () => {
  test('what pages load has the type of what is in it and Content-Encoding; an archive is one', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      for (const [name, type, coding] of [
        ['game.js.br', 'text/javascript', 'br'],
        ['game.js.gz', 'text/javascript', 'gzip'],
        ['game.js.zst', 'text/javascript', 'zstd'],
        ['game.wasm.gz', 'application/wasm', 'gzip'],
        ['game.data.br', 'application/octet-stream', 'br'],
        ['page.html.gz', 'text/html', 'gzip'],
        ['picture.svgz', 'image/svg+xml', 'gzip'],
        ['backup.tar.gz', 'application/gzip', undefined],
        ['sitemap.xml.gz', 'application/gzip', undefined],
      ]) {
        // The third time it is answered from memory.
        for (let i = 0; i < 3; i++) {
          const { got, headed } = await getAndHead(server, `/${name}`, {
            'Sec-Fetch-Dest': 'document',
          });
          for (const { fields } of [got, headed]) {
            assert.equal(fields['content-type'], type, name);
            assert.equal(fields['content-encoding'], coding, name);
          }
          assert.deepEqual(got.body, Buffer.from(files[name]), name);
        }
      }
    });
  });

  test('conditions and ranges are those of the packed bytes', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, async (server) => {
      // A file that was written in this moment could be written again without a trace, so it is sent anew.
      const isOld = (name) => Date.now() - fs.statSync(site.path(name)).ctimeMs > 50;
      await until('the files are not new any more', () => Object.keys(files).every(isOld));
      for (const name of ['game.js.br', 'game.wasm.gz']) {
        const whole = await get(server, `/${name}`);
        const etag = whole.fields.etag;
        assert.equal((await get(server, `/${name}`, { 'If-None-Match': etag })).status, 304);
        const part = await get(server, `/${name}`, { Range: 'bytes=2-5' });
        assert.equal(part.status, 206);
        assert.equal(part.fields['content-encoding'], whole.fields['content-encoding']);
        assert.deepEqual(part.body, whole.body.subarray(2, 6));
        // Nobody could tell whether several parts are packed, or what holds them.
        const parts = await get(server, `/${name}`, { Range: 'bytes=0-1,8-9' });
        assert.equal(parts.status, 200);
        assert.deepEqual(parts.body, whole.body);
      }
    });
  });

  test('--mime for the packed file comes first, and for what is in it counts, too', () => {
    const site = makeSite(files);
    const args = ['--mime=br=application/x-own', '--mime=js=text/x-other'];
    return withServer({ root: site.root, args }, async (server) => {
      const own = await get(server, '/game.js.br');
      assert.equal(own.fields['content-type'], 'application/x-own');
      assert.equal(own.fields['content-encoding'], undefined);
      const other = await get(server, '/game.js.gz');
      assert.match(other.fields['content-type'], /^text\/x-other/);
      assert.equal(other.fields['content-encoding'], 'gzip');
    });
  });
});

describe('--precompressed', () => {
  const packed = {
    'app.js': SCRIPT,
    'app.js.br': files['game.js.br'],
    'app.js.gz': files['game.js.gz'],
    'umlaut.css': 'p::before { content: "ä" }\n',
    'umlaut.css.gz': zlib.gzipSync('p::before { content: "ä" }\n'),
    'large.wasm': LARGE,
    'large.wasm.gz': files['game.wasm.gz'],
    'index.html': '<!doctype html><p>page',
    'index.html.gz': zlib.gzipSync('<!doctype html><p>packed'),
    'alone.js': 'alone()\n',
  };
  const args = ['--precompressed'];
  const ask = (server, path, codings, more = {}) =>
    getAndHead(server, path, { 'Accept-Encoding': codings, ...more });

  test('the form that the client likes best is sent, each with an entity tag of its own', () => {
    const site = makeSite(packed);
    return withServer({ root: site.root, args }, async (server) => {
      const tags = new Set();
      for (const [codings, coding, name] of [
        ['gzip, deflate, br, zstd', 'br', 'app.js.br'],
        ['gzip', 'gzip', 'app.js.gz'],
        ['br;q=0.5, gzip;q=0.9', 'gzip', 'app.js.gz'],
        ['br;q=0, *', 'gzip', 'app.js.gz'],
        ['zstd', undefined, 'app.js'],
        ['identity, gzip;q=0', undefined, 'app.js'],
        [undefined, undefined, 'app.js'],
      ]) {
        for (let i = 0; i < 3; i++) {
          const { got, headed } = await ask(server, '/app.js', codings);
          for (const { fields } of [got, headed]) {
            assert.equal(fields['content-encoding'], coding, codings);
            assert.equal(fields['content-type'], 'text/javascript; charset=utf-8');
            assert.equal(fields.vary, 'Accept-Encoding');
            tags.add(fields.etag);
          }
          assert.deepEqual(got.body, Buffer.from(packed[name]), codings);
          const again = { 'Accept-Encoding': codings, 'If-None-Match': got.fields.etag };
          const known = await get(server, '/app.js', again);
          assert.equal(known.status, 304);
          assert.equal(known.fields.vary, 'Accept-Encoding');
        }
      }
      assert.equal(tags.size, 3);
      const { got } = await ask(server, '/umlaut.css', 'gzip');
      assert.equal(got.fields['content-type'], 'text/css; charset=utf-8');
      assert.equal(got.fields['content-encoding'], 'gzip');
      const alone = await get(server, '/alone.js', { 'Accept-Encoding': 'gzip' });
      assert.equal(alone.body.toString(), 'alone()\n');
      assert.equal(alone.fields.vary, 'Accept-Encoding');
    });
  });

  test('ranges are those of the form that is sent', () => {
    const site = makeSite(packed);
    return withServer({ root: site.root, args }, async (server) => {
      /** @type {[string, Buffer][]} */
      const forms = [
        ['gzip', PACKED_LARGE],
        ['identity', LARGE],
      ];
      for (const [codings, bytes] of forms) {
        const fields = { 'Accept-Encoding': codings, Range: 'bytes=100000-100009' };
        const part = await get(server, '/large.wasm', fields);
        assert.equal(part.status, 206);
        assert.equal(part.fields['content-range'], `bytes 100000-100009/${bytes.length}`);
        assert.deepEqual(part.body, bytes.subarray(100000, 100010));
      }
    });
  });

  test('a packed file that is older than the other is not sent, until it is made again', () => {
    const site = makeSite(packed);
    return withServer({ root: site.root, args }, async (server) => {
      assert.equal((await ask(server, '/app.js', 'br')).got.fields['content-encoding'], 'br');
      const later = new Date(Date.now() + 5000);
      site.write('app.js', 'saved()\n');
      fs.utimesSync(site.path('app.js'), later, later);
      const { got } = await ask(server, '/app.js', 'br, gzip');
      assert.equal(got.fields['content-encoding'], undefined);
      assert.equal(got.body.toString(), 'saved()\n');
      site.write('app.js.gz', zlib.gzipSync('saved()\n'));
      fs.utimesSync(site.path('app.js.gz'), later, later);
      assert.equal(
        (await ask(server, '/app.js', 'br, gzip')).got.fields['content-encoding'],
        'gzip',
      );
    });
  });

  test('a page that gets the script is not packed; with --no-inject it is', () => {
    const site = makeSite(packed);
    const navigation = { 'Sec-Fetch-Dest': 'document' };
    return withServer({ root: site.root, args }, async (server) => {
      const { got } = await ask(server, '/', 'gzip', navigation);
      assert.equal(got.fields['content-encoding'], undefined);
      assert.match(got.body.toString(), /<p>page/);
      await withServer({ root: site.root, args: [...args, '--no-inject'] }, async (plain) => {
        const answer = (await ask(plain, '/', 'gzip', navigation)).got;
        assert.equal(answer.fields['content-encoding'], 'gzip');
        assert.deepEqual(answer.body, packed['index.html.gz']);
      });
    });
  });

  test('without it no other file is looked for', () => {
    const site = makeSite(packed);
    return withServer({ root: site.root }, async (server) => {
      const { got } = await ask(server, '/app.js', 'br, gzip');
      assert.equal(got.fields['content-encoding'], undefined);
      assert.equal(got.fields.vary, undefined);
    });
  });
});
