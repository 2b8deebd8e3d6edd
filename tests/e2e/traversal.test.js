/**
 * Traversal: every way to write "..", with every way to write "/", in every place and form of a target, over a raw
 * socket. The tables say what each spelling means; the expected answer follows from that.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, get } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const around = makeSite({
  'secret.txt': 'SECRET',
  'site/index.html': 'index',
  'site/sub/inner.txt': 'inner',
  'site-secret/secret.txt': 'SECRET',
});
const server = await serverForFile({ root: around.path('site') });

const DOTS = 'two dots';
const SLASH = 'a slash';
const NAME = 'bytes of a name like any other';
const WRONG = 'no encoding at all';
const NO_NAME = 'a slash in a name, which no name has';

const dots = {
  '..': DOTS,
  '%2e%2e': DOTS,
  '%2E%2e': DOTS,
  '.%2e': DOTS,
  '%2E.': DOTS,
  '...': NAME,
  '....': NAME,
  '..;': NAME,
  '..;x=1': NAME,
  '..%20': NAME,
  '%20..': NAME,
  '..%0a': NAME,
  '..%01': NAME,
  '..%ff': NAME,
  '..\xff': NAME,
  '%252e%252e': NAME,
  '%25252e%25252e': NAME,
  '.%252e': NAME,
  '%c0%ae%c0%ae': NAME,
  '\xc0\xae\xc0\xae': NAME,
  '%c0%2e%c0%2e': NAME,
  '%e0%80%ae%e0%80%ae': NAME,
  '%f0%80%80%ae%f0%80%80%ae': NAME,
  '%ef%bc%8e%ef%bc%8e': NAME,
  '%e2%80%a5': NAME,
  '..%00': WRONG,
  '%00..': WRONG,
  '%2e%2e%00.html': WRONG,
  '%%32%65%%32%65': WRONG,
  '%%32e%%32e': WRONG,
  '%u002e%u002e': WRONG,
  '%uff0e%uff0e': WRONG,
  '%2%2e': WRONG,
  '%': WRONG,
  '%2': WRONG,
  '%2g': WRONG,
  '0x2e0x2e': NAME,
};

const slashes = {
  '/': SLASH,
  '//': SLASH,
  '/./': SLASH,
  '/%2e/': SLASH,
  '%2f': NO_NAME,
  '%2F': NO_NAME,
  '%2f%2f': NO_NAME,
  '\\': NAME,
  '%5c': NAME,
  '%5C': NAME,
  '\\\\': NAME,
  '%255c': NAME,
  '%252f': NAME,
  '%25252f': NAME,
  '%c0%af': NAME,
  '\xc0\xaf': NAME,
  '%c0%2f': NO_NAME,
  '%e0%80%af': NAME,
  '%c1%9c': NAME,
  '%ef%bc%8f': NAME,
  '%e2%88%95': NAME,
  '%u2215': WRONG,
  '%%32%66': WRONG,
  '%%35%63': WRONG,
  '%2f%00': NO_NAME,
  '%00/': WRONG,
};

/** Where the path begins, and how many folders are above that. */
const places = {
  '/': 0,
  '//': 0,
  '/./': 0,
  '/sub/': 1,
  '/sub/../': 0,
  '/%73ub/': 1,
  '/nowhere/': 1,
};

const forms = ['', 'http://localhost', 'HTTP://LOCALHOST:80', 'https://127.0.0.1'];
const ends = [
  'secret.txt',
  'secret.txt?',
  'secret.txt?/../secret.txt',
  'site-secret/secret.txt',
  '',
];

/** 400 for a path that leads out, or that is no valid encoding; 404 for a name that does not exist. */
function expected(depth, dot, slash) {
  if (dot === WRONG) return 400;
  if (slash === WRONG) return 400;
  if (slash === NO_NAME) return 404;
  if (dot === DOTS && slash === SLASH && depth === 0) return 400;
  return 404;
}

/** Sends requests on one connection as long as it is kept open. */
function createAsker() {
  let connection;
  return async (target) => {
    if (!connection || connection.hasEnded) connection = await connect(server);
    connection.send(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const answer = await connection.answer();
    if (answer.fields.connection === 'close') connection = undefined;
    return answer;
  };
}

for (const [dotText, dot] of Object.entries(dots)) {
  test(`${dotText} (${dot})`, async () => {
    const ask = createAsker();
    for (const [slashText, slash] of Object.entries(slashes))
      for (const [place, depth] of Object.entries(places)) {
        const form = forms[(slashText.length + place.length) % forms.length];
        const end = ends[(dotText.length + slashText.length + place.length) % ends.length];
        const target = form + place + dotText + slashText + end;
        const { status, body } = await ask(target);
        assert.ok(!body.includes('SECRET'), target);
        // Nothing comes after the last "..", so it is the folder itself.
        const isRoot = end === '' && dot === DOTS && slash === SLASH && depth === 1;
        assert.equal(status, isRoot ? 200 : expected(depth, dot, slash), `${target}: ${status}`);
      }
  });
}

test("below /__liveserve/ there are only the program's own files", async () => {
  const ask = createAsker();
  for (const dotText of Object.keys(dots))
    for (const slashText of Object.keys(slashes)) {
      const target = `/__liveserve/${dotText}${slashText}`;
      assert.equal((await ask(`${target}${dotText}${slashText}secret.txt`)).status, 404, target);
    }
});

test('as many ".." as fit into a target', async () => {
  const ask = createAsker();
  for (const [dotText, dot] of Object.entries(dots))
    for (const slashText of ['/', '%2f', '\\', '%5c']) {
      const { status, body } = await ask(`/${(dotText + slashText).repeat(200)}secret.txt`);
      assert.ok(!body.includes('SECRET'));
      assert.ok(
        status === (dot === WRONG || (dot === DOTS && slashText === '/') ? 400 : 404),
        `${dotText} ${status}`,
      );
    }
});

test('every encoding of an existing name leads to it', async () => {
  for (const target of [
    '/sub/../sub/inner.txt',
    '/%2e/sub/%2E%2e/sub/inner.txt',
    '/x/.%2e//sub/./inner.txt',
  ])
    assert.equal((await get(server, target)).body.toString(), 'inner', target);
});

test('a target that is no path is refused', async () => {
  for (const target of [
    '..',
    '../secret.txt',
    '\\..\\secret.txt',
    '%2e%2e/secret.txt',
    'file:///etc/passwd',
    'http:/../secret.txt',
    'http://',
    'http://localhost@/../secret.txt',
    'http:////etc/passwd',
    '?/../secret.txt',
    '*',
    'localhost:80',
    '/..#',
    '#/../secret.txt',
  ]) {
    const { status, body } = await get(server, target);
    assert.ok(!body.includes('SECRET'));
    assert.equal(status, 400, target);
  }
});
