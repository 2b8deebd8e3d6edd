/**
 * Files and folders: the answers and their fields.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { ask, get, getAndHead, head, lastingFields, request } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<!DOCTYPE html><title>home</title>',
  'plain.txt': 'plain text\n',
  'empty.txt': '',
  'large.bin': Buffer.alloc(300000, 'large '),
  'large.html': `<!DOCTYPE html><title>large</title>${'<p>paragraph\n'.repeat(20000)}`,
  'folder/index.html': '<title>folder</title>',
  'folder/page.html': '<title>page</title>',
  'htm/index.htm': 'htm',
  'both/index.html': 'html',
  'both/index.htm': 'htm',
  'odd index/index.html/inner.txt': 'inner',
  'evil.example/index.html': 'not evil',
  '\\evil.example/index.html': 'not evil',
  'a\r\nX-Injected: yes/index.html': 'split',
  'a b+c&d;e%f#g?h/index.html': 'signs',
  '<script>/index.html': 'script',
  '中文/index.html': '中文',
  'old.txt': 'old',
  'future.txt': 'future',
  'far.txt': 'far',
  'before.txt': 'before',
});
fs.utimesSync(site.path('old.txt'), 784111777, 784111777);
fs.utimesSync(site.path('future.txt'), 4e9, 4e9);
fs.utimesSync(site.path('far.txt'), 3e11, 3e11);
fs.utimesSync(site.path('before.txt'), new Date(-1000), new Date(-1000));

const server = await serverForFile({ root: site.root });

/** Until then a large file gets a new entity tag for each answer. */
const isSettled = (name) =>
  until(
    `${name} to be older than the clock's grain`,
    () => Date.now() - fs.statSync(site.path(name)).ctimeMs > 100,
  );

describe('RFC 9110: GET', () => {
  test('15.3.1: a 200 has these fields and no others', async () => {
    const answer = await get(server, '/old.txt');
    const { etag, ...fields } = lastingFields(answer);
    assert.equal(answer.status, 200);
    assert.equal(answer.reason, 'OK');
    assert.match(etag, /^"[\x21\x23-\x7e]+"$/);
    assert.deepEqual(fields, {
      server: 'liveserve',
      'content-length': '3',
      'content-type': 'text/plain; charset=utf-8',
      'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      'cache-control': 'no-cache',
      'accept-ranges': 'bytes',
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    assert.equal(answer.body.toString(), 'old');
  });

  test('6.6.1: Date is now', async () => {
    const { fields } = await get(server, '/plain.txt');
    assert.match(
      fields.date,
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
    );
    assert.ok(Math.abs(Date.now() - Date.parse(fields.date)) < 5000, fields.date);
  });

  test('8.8.2.1: a Last-Modified in the future is cut to Date', async () => {
    const { fields } = await get(server, '/future.txt');
    assert.ok(Date.parse(fields['last-modified']) <= Date.parse(fields.date));
  });

  test('8.8.2: times far in the future and before 1970 give a valid date', async () => {
    const { status, fields } = await get(server, '/far.txt');
    assert.equal(status, 200);
    assert.ok(Date.parse(fields['last-modified']) <= Date.parse(fields.date));
    assert.equal(
      (await get(server, '/before.txt')).fields['last-modified'],
      'Wed, 31 Dec 1969 23:59:59 GMT',
    );
  });

  test('8.6: an empty file has Content-Length 0', async () => {
    const answer = await get(server, '/empty.txt');
    assert.deepEqual([answer.status, answer.fields['content-length']], [200, '0']);
  });

  test('a large file is sent byte for byte', async () => {
    const answer = await get(server, '/large.bin');
    assert.ok(answer.body.equals(fs.readFileSync(site.path('large.bin'))));
  });

  test('a query does not matter to a file', async () => {
    for (const query of ['?', '?a=b', '?/../x', '?a?b', '?%zz', '?\'"<>']) {
      assert.equal((await get(server, `/plain.txt${query}`)).status, 200, query);
    }
  });

  test('RFC 9112 3.2.2: an absolute target is served, with its scheme in upper or lower case', async () => {
    for (const target of ['http://localhost/plain.txt', 'HTTP://LOCALHOST:9000/plain.txt?x']) {
      assert.equal((await get(server, target)).body.toString(), 'plain text\n', target);
    }
    assert.match((await get(server, 'http://localhost')).body.toString(), /home/);
    assert.match((await get(server, 'http://localhost?x')).body.toString(), /home/);
  });

  test('no Access-Control field is ever sent by default', async () => {
    for (const target of ['/', '/plain.txt', '/none', '/__liveserve/client.js']) {
      const { fields } = await get(server, target, { Origin: 'http://evil.example' });
      const names = Object.keys(fields).filter((name) => name.startsWith('access-control'));
      assert.deepEqual(names, [], target);
    }
  });
});

describe('RFC 9110 8.3: Content-Type', () => {
  const types = {
    html: 'text/html',
    htm: 'text/html',
    css: 'text/css',
    js: 'text/javascript',
    mjs: 'text/javascript',
    json: 'application/json',
    svg: 'image/svg+xml',
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    avif: 'image/avif',
    woff2: 'font/woff2',
    ttf: 'font/ttf',
    otf: 'font/otf',
    mp4: 'video/mp4',
    webm: 'video/webm',
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    wasm: 'application/wasm',
    pdf: 'application/pdf',
    txt: 'text/plain',
    csv: 'text/csv',
    xml: /^(text|application)\/xml$/,
    webmanifest: 'application/manifest+json',
    unknownext: 'application/octet-stream',
    PNG: 'image/png',
  };
  for (const [extension, type] of Object.entries(types)) {
    test(extension, async () => {
      site.write(`types/x.${extension}`, 'x');
      const { fields } = await get(server, `/types/x.${extension}`);
      const [essence] = fields['content-type'].split(';');
      if (type instanceof RegExp) assert.match(essence, type);
      else assert.equal(essence, type);
    });
  }

  test('text has a charset, others have none', async () => {
    for (const extension of ['html', 'css', 'js', 'txt', 'csv']) {
      assert.match(
        (await get(server, `/types/x.${extension}`)).fields['content-type'],
        /; charset=utf-8$/i,
      );
    }
    for (const extension of ['png', 'wasm', 'woff2', 'unknownext']) {
      assert.doesNotMatch(
        (await get(server, `/types/x.${extension}`)).fields['content-type'],
        /charset/,
      );
    }
  });

  test('a name without an extension is text', async () => {
    site.write('types/README', 'read me');
    assert.match((await get(server, '/types/README')).fields['content-type'], /^text\/plain/);
  });
});

describe('RFC 9110 9.3.2: HEAD has every field of GET and no body', () => {
  const targets = [
    '/',
    '/plain.txt',
    '/empty.txt',
    '/large.bin',
    '/large.html',
    '/none',
    '/folder',
    '/%00',
    '/__liveserve/client.js',
  ];
  for (const target of targets) {
    test(target, async () => {
      for (const name of ['large.bin', 'large.html']) await isSettled(name);
      const { got, headed } = await getAndHead(server, target);
      assert.equal(headed.status, got.status);
      assert.deepEqual(lastingFields(headed), lastingFields(got));
    });
  }

  test('preconditions work for HEAD, too', async () => {
    const { fields } = await get(server, '/plain.txt');
    const headed = await head(server, '/plain.txt', { 'If-None-Match': fields.etag });
    assert.equal(headed.status, 304);
  });
});

describe('RFC 9110 9: other methods', () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    test(`15.5.6: ${method} is 405 with Allow`, async () => {
      const answer = await ask(server, request(server, '/plain.txt', {}, method));
      assert.equal(answer.status, 405);
      assert.equal(answer.fields.allow, 'GET, HEAD, OPTIONS');
    });
  }

  for (const method of ['BREW', 'get', 'Get', 'GETX', "!#$%&'*+-.^_`|~"]) {
    test(`15.6.2: ${method} is 501`, async () => {
      assert.equal((await ask(server, request(server, '/plain.txt', {}, method))).status, 501);
    });
  }

  for (const target of ['/plain.txt', '/none', '*']) {
    test(`9.3.7: OPTIONS ${target} is 204 with Allow`, async () => {
      const answer = await ask(server, request(server, target, {}, 'OPTIONS'));
      assert.equal(answer.status, 204);
      assert.equal(answer.fields.allow, 'GET, HEAD, OPTIONS');
    });
  }

  test('9.3.6: CONNECT is 501', async () => {
    const answer = await ask(server, request(server, 'localhost:80', {}, 'CONNECT'));
    assert.equal(answer.status, 501);
  });

  test('nothing is ever written', async () => {
    await ask(server, request(server, '/new.txt', { 'Content-Length': 3 }, 'PUT') + 'new');
    await ask(server, request(server, '/plain.txt', {}, 'DELETE'));
    assert.ok(!fs.existsSync(site.path('new.txt')));
    assert.ok(fs.existsSync(site.path('plain.txt')));
  });
});

describe('RFC 9110 15.5.5: not found', () => {
  for (const target of [
    '/none',
    '/none/',
    '/plain.txt/',
    '/plain.txt/x',
    '/folder/none.html',
    `/${'x'.repeat(256)}`,
    `/${'x/'.repeat(3000)}`,
  ]) {
    test(target.slice(0, 60), async () => {
      const answer = await get(server, target);
      assert.equal(answer.status, 404);
      assert.equal(answer.fields['content-type'], 'text/html; charset=utf-8');
      assert.equal(answer.fields['cache-control'], 'no-store');
    });
  }

  test('the page of a 404 has the script tag', async () => {
    assert.match(
      (await get(server, '/none')).body.toString(),
      /<script src="\/__liveserve\/client\.js"/,
    );
  });

  test('it shows nothing of the machine or of the request', async () => {
    for (const target of ['/<script>alert(1)</script>', '/plain.txt/', '/%3Cscript%3E']) {
      const page = (await get(server, target)).body.toString();
      assert.ok(!page.includes(site.root), target);
      assert.ok(!page.includes('<script>'), target);
    }
  });
});

describe('folders', () => {
  test('index.html is the page of its folder', async () => {
    assert.match((await get(server, '/')).body.toString(), /home/);
    assert.match((await get(server, '/folder/')).body.toString(), /folder/);
    assert.match((await get(server, '/folder/?query')).body.toString(), /folder/);
  });

  test('index.htm is the page where there is no index.html', async () => {
    assert.match((await get(server, '/htm/')).body.toString(), /htm$/);
    assert.match((await get(server, '/both/')).body.toString(), /html$/);
  });

  test('an index.html that is a folder is no endless redirect', async () => {
    const answer = await get(server, '/odd%20index/');
    assert.notEqual(answer.fields.location, '/odd%20index/');
  });

  const redirects = [
    ['/folder', '/folder/'],
    ['/folder?', '/folder/?'],
    ['/folder?a=b&c=%2F/d?e', '/folder/?a=b&c=%2F/d?e'],
    ['/folder?<\xe4">|^%0d%0a', '/folder/?%3C%E4%22%3E|^%0d%0a'],
    ['/./folder', '/folder/'],
    ['/x/../folder', '/folder/'],
    ['/%66older', '/folder/'],
    ['http://localhost/folder', '/folder/'],
    ['//evil.example', '/evil.example/'],
    ['///evil.example', '/evil.example/'],
    ['//evil.example/.', null],
    ['/%5Cevil.example', '/%5Cevil.example/'],
    ['/\\evil.example', '/%5Cevil.example/'],
    ['/.//evil.example', '/evil.example/'],
    ['/x/..//evil.example', '/evil.example/'],
    ['/a%0d%0aX-Injected:%20yes', '/a%0D%0AX-Injected%3A%20yes/'],
    ['/a%20b+c&d;e%25f%23g%3Fh', '/a%20b%2Bc%26d%3Be%25f%23g%3Fh/'],
    ['/a%20b%2Bc%26d%3be%25f%23g%3fh?q', '/a%20b%2Bc%26d%3Be%25f%23g%3Fh/?q'],
    ['/<script>', '/%3Cscript%3E/'],
    ['/%E4%B8%AD%E6%96%87', '/%E4%B8%AD%E6%96%87/'],
    ['/\xe4\xb8\xad\xe6\x96\x87', '/%E4%B8%AD%E6%96%87/'],
  ];
  for (const [target, location] of redirects) {
    test(`RFC 9110 15.4.3: ${target} leads to ${location ?? 'no redirect'}`, async () => {
      const answer = await get(server, target);
      assert.equal(answer.fields.location, location ?? undefined);
      if (!location) return;
      assert.equal(answer.status, 302);
      assert.equal((await get(server, location)).status, 200, 'and that is there');
    });
  }

  test('RFC 9111 4.2.2: a redirect is not remembered', async () => {
    assert.match((await get(server, '/folder')).fields['cache-control'], /no-cache|no-store/);
  });
});

describe('the script of the tag', () => {
  test('is served with its type, and again with a 304', async () => {
    const answer = await get(server, '/__liveserve/client.js');
    assert.equal(answer.status, 200);
    assert.equal(answer.fields['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(answer.fields['cache-control'], 'no-cache');
    const again = await get(server, '/__liveserve/client.js', {
      'If-None-Match': answer.fields.etag,
    });
    assert.equal(again.status, 304);
    assert.equal(again.fields.etag, answer.fields.etag);
  });

  test('is alone in its folder', async () => {
    for (const name of ['', 'x', 'client.js/', 'client.js%00', '../plain.txt/x']) {
      assert.notEqual((await get(server, `/__liveserve/${name}`)).status, 200, name);
    }
  });
});
