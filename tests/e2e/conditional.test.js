/**
 * Conditional requests: RFC 9110 section 13.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { ask, connect, get, lastingFields, request } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT';
const BEFORE = 'Sun, 06 Nov 1994 08:49:36 GMT';
const AFTER = 'Sun, 06 Nov 1994 08:49:38 GMT';

const site = makeSite({
  'file.txt': 'content',
  'page.html': '<title>page</title>',
  'large.bin': Buffer.alloc(100000, 'l'),
  'other.txt': 'other',
});
for (const name of ['file.txt', 'page.html', 'large.bin'])
  fs.utimesSync(site.path(name), 784111777, 784111777);

const server = await serverForFile({ root: site.root });
// A large file gets a new entity tag for each answer until its times are older than the resolution of the clock.
await until(
  'the files to have settled',
  () => Date.now() - fs.statSync(site.path('large.bin')).ctimeMs > 100,
);

const etagOf = async (target) => (await get(server, target)).fields.etag;
const statusOf = async (target, fields) => (await get(server, target, fields)).status;

const etag = await etagOf('/file.txt');
const weak = `W/${etag}`;

describe('RFC 9110 13.1.2: If-None-Match', () => {
  const same = [
    etag,
    weak,
    '*',
    `"x", ${etag}`,
    `${etag}, "x"`,
    `"x",${weak},"y"`,
    `, ,${etag},`,
    ` \t${etag}\t `,
    `"a,b" , ${etag}`,
    `"x\\", ${etag}`,
  ];
  for (const value of same) {
    test(`${JSON.stringify(value.replaceAll(etag, 'ETAG'))} is 304`, async () => {
      assert.equal(await statusOf('/file.txt', { 'If-None-Match': value }), 304);
    });
  }

  const different = [
    '"x"',
    '"x", W/"y"',
    `"x${etag.slice(1)}`,
    etag.slice(1, -1),
    `"*"`,
    `${etag}x`,
    `*, ${etag}`,
    `w/${etag}`,
    `"x" ${etag}`,
    '',
  ];
  for (const value of different) {
    test(`${JSON.stringify(value.replaceAll(etag, 'ETAG'))} is 200`, async () => {
      assert.equal(await statusOf('/file.txt', { 'If-None-Match': value }), 200);
    });
  }

  test('RFC 9110 5.3: several lines are one list', async () => {
    const lines = ['"x"', etag, '"y"'].map((value) => `If-None-Match: ${value}\r\n`).join('');
    const answer = await ask(server, `GET /file.txt HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`);
    assert.equal(answer.status, 304);
  });

  test('* of something that is not there is 404', async () => {
    assert.equal(await statusOf('/none', { 'If-None-Match': '*' }), 404);
  });

  test('of a document and of a large file', async () => {
    for (const target of ['/page.html', '/large.bin']) {
      assert.equal(await statusOf(target, { 'If-None-Match': await etagOf(target) }), 304, target);
    }
  });
});

describe('RFC 9110 13.1.3: If-Modified-Since', () => {
  const rows = [
    [MODIFIED, 304],
    [AFTER, 304],
    [BEFORE, 200],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 304],
    ['Sunday, 06-Nov-94 08:49:36 GMT', 200],
    ['Sun Nov  6 08:49:37 1994', 304],
    ['Sun Nov  6 08:49:36 1994', 200],
    ['Sun, 06 Nov 1994 08:49:37', 200],
    ['06 Nov 1994 08:49:37 GMT', 200],
    ['Sun, 31 Feb 2094 08:49:37 GMT', 200],
    ['tomorrow', 200],
    ['99999999999', 200],
    ['', 200],
  ];
  for (const [value, status] of rows) {
    test(`${JSON.stringify(value)} is ${status}`, async () => {
      assert.equal(await statusOf('/file.txt', { 'If-Modified-Since': value }), status);
    });
  }
});

describe('RFC 9110 13.1.1: If-Match', () => {
  /** @type {[string, number][]} */
  const rows = [
    [etag, 200],
    ['*', 200],
    [`"x", ${etag}`, 200],
    [weak, 412],
    ['"x"', 412],
    ['', 412],
    ['nonsense', 412],
  ];
  for (const [value, status] of rows) {
    test(`${JSON.stringify(value.replaceAll(etag, 'ETAG'))} is ${status}`, async () => {
      assert.equal(await statusOf('/file.txt', { 'If-Match': value }), status);
    });
  }

  test('of something that is not there is not 200', async () => {
    assert.ok([404, 412].includes(await statusOf('/none', { 'If-Match': '*' })));
  });
});

describe('RFC 9110 13.1.4: If-Unmodified-Since', () => {
  for (const [value, status] of [
    [MODIFIED, 200],
    [AFTER, 200],
    [BEFORE, 412],
    ['nonsense', 200],
  ]) {
    test(`${value} is ${status}`, async () => {
      assert.equal(await statusOf('/file.txt', { 'If-Unmodified-Since': value }), status);
    });
  }
});

describe('RFC 9110 13.2.2: precedence', () => {
  /** @type {[string, import('../support/http.js').Fields, number][]} */
  const rows = [
    [
      'If-None-Match before If-Modified-Since',
      { 'If-None-Match': '"x"', 'If-Modified-Since': AFTER },
      200,
    ],
    [
      'If-None-Match before If-Modified-Since, the other way',
      { 'If-None-Match': etag, 'If-Modified-Since': BEFORE },
      304,
    ],
    [
      'If-Match before If-Unmodified-Since',
      { 'If-Match': etag, 'If-Unmodified-Since': BEFORE },
      200,
    ],
    [
      'If-Match before If-Unmodified-Since, the other way',
      { 'If-Match': '"x"', 'If-Unmodified-Since': AFTER },
      412,
    ],
    ['If-Match, then If-None-Match', { 'If-Match': etag, 'If-None-Match': etag }, 304],
    ['If-Match before If-None-Match', { 'If-Match': '"x"', 'If-None-Match': etag }, 412],
    [
      'If-Unmodified-Since before If-None-Match',
      { 'If-Unmodified-Since': BEFORE, 'If-None-Match': etag },
      412,
    ],
    ['If-None-Match before Range', { 'If-None-Match': etag, Range: 'bytes=0-0' }, 304],
    ['If-Match, then Range', { 'If-Match': etag, Range: 'bytes=0-0' }, 206],
    ['If-Match before Range', { 'If-Match': '"x"', Range: 'bytes=0-0' }, 412],
    ['If-None-Match before a Range outside', { 'If-None-Match': etag, Range: 'bytes=1000-' }, 304],
  ];
  for (const [name, fields, status] of rows) {
    test(name, async () => assert.equal(await statusOf('/file.txt', fields), status));
  }

  test('13.2.1: a method without a representation knows no conditions', async () => {
    const answer = await ask(
      server,
      request(server, '/file.txt', { 'If-Match': '"x"' }, 'OPTIONS'),
    );
    assert.equal(answer.status, 204);
  });
});

describe('RFC 9110 15.4.5: a 304', () => {
  for (const target of ['/file.txt', '/page.html', '/large.bin']) {
    test(`of ${target} has the fields that the 200 would have had, and no body`, async () => {
      const whole = await get(server, target);
      const answer = await get(server, target, { 'If-None-Match': whole.fields.etag });
      assert.equal(answer.status, 304);
      for (const name of [
        'etag',
        'cache-control',
        'vary',
        'content-location',
        'expires',
        'last-modified',
      ]) {
        assert.equal(answer.fields[name], whole.fields[name], name);
      }
      assert.ok(!('content-length' in answer.fields));
      assert.ok(!('content-type' in answer.fields), 'the cache has it already');
      assert.ok(lastingFields(answer));
    });
  }

  test('the page with and without the script tag have different entity tags', async () => {
    const asDocument = await etagOf('/page.html');
    const plain = (await get(server, '/page.html', { 'Sec-Fetch-Dest': 'empty' })).fields.etag;
    assert.notEqual(asDocument, plain);
    assert.equal(await statusOf('/page.html', { 'If-None-Match': plain }), 200);
    assert.equal(
      await statusOf('/page.html', { 'If-None-Match': plain, 'Sec-Fetch-Dest': 'empty' }),
      304,
    );
  });
});

describe('RFC 9110 8.8.3: other bytes have another entity tag', () => {
  const rounds = 200;
  const sizes = {
    'small.bin': 1000,
    'at-the-limit.bin': 65536,
    'over-the-limit.bin': 65537,
    'big.bin': 300000,
    'doc.html': 2000,
    'big.html': 200000,
  };

  for (const [name, size] of Object.entries(sizes)) {
    test(`${name}: two writes of one size, ${rounds} times`, async () => {
      site.write(name, Buffer.alloc(size, 'a'));
      const file = fs.openSync(site.path(name), 'r+');
      const connection = await connect(server);
      const ask = async (fields) => {
        connection.send(request(server, `/${name}`, { 'Sec-Fetch-Dest': 'empty', ...fields }));
        return connection.answer();
      };
      let before = await ask();
      for (let i = 0; i < rounds; i++) {
        const content = Buffer.alloc(size, String.fromCharCode(0x62 + (i % 20)));
        fs.writeSync(file, content, 0, size, 0);
        const after = await ask({
          'If-None-Match': before.fields.etag,
          'If-Modified-Since': BEFORE,
        });
        assert.equal(after.status, 200, `round ${i}`);
        assert.notEqual(after.fields.etag, before.fields.etag, `round ${i}`);
        assert.ok(after.body.equals(content), `round ${i}`);
        before = after;
      }
      connection.destroy();
      fs.closeSync(file);
    });
  }

  test('also when the time of the file is set back, or when it is another file with the same time', async () => {
    for (const name of ['small.bin', 'big.bin']) {
      const { size } = fs.statSync(site.path(name));
      const tags = new Set();
      for (const letter of 'abcd') {
        site.write(letter < 'c' ? name : `${name}.new`, Buffer.alloc(size, letter));
        if (letter >= 'c') site.rename(`${name}.new`, name);
        fs.utimesSync(site.path(name), 784111777, 784111777);
        tags.add(await etagOf(`/${name}`));
      }
      assert.equal(tags.size, 4, name);
    }
  });

  test('the same bytes have the same entity tag', async () => {
    for (const target of ['/file.txt', '/large.bin'])
      assert.equal(await etagOf(target), await etagOf(target));
    site.write('copy.txt', 'content');
    assert.equal(await etagOf('/file.txt'), etag);
  });

  test('a large file that is not written to keeps its entity tag', async () => {
    site.write('fresh.bin', Buffer.alloc(100000, 'f'));
    await until(
      'the tag to stay',
      async () => (await etagOf('/fresh.bin')) === (await etagOf('/fresh.bin')),
    );
  });
});
