/**
 * Files that were compressed when the site was built.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { get, getAndHead } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const SCRIPT = `console.log(${'1 + '.repeat(1000)}1);\n`;
const LARGE = Buffer.alloc(300000, 'wasm ');
const files = {
  'game.js.br': zlib.brotliCompressSync(SCRIPT),
  'game.js.gz': zlib.gzipSync(SCRIPT),
  'game.js.zst': 'zstd is not in Node 20',
  'game.wasm.gz': zlib.gzipSync(LARGE, { level: 0 }),
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
