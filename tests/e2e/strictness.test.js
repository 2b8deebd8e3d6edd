/**
 * A request that can be read in two ways is refused, and its body is never taken for the next request: RFC
 * 9112, and RFC 9110 where it says more.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, describe, test } from 'node:test';
import { ask, connect, get, request } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const site = makeSite({ 'index.html': 'index', 'a.txt': 'a', 'secret.txt': 'SECRET' });
const server = await serverForFile({ root: site.root });

afterEach(async () =>
  assert.equal((await get(server, '/a.txt')).body.toString(), 'a', 'the server is alive'),
);

const HOST = 'Host: localhost\r\n';

/**
 * Sends bytes and reads to the end that the server makes: one answer, which says that it is the last.
 * The client's side stays open, so the end is the server's own.
 */
async function refusal(bytes) {
  const connection = await connect(server);
  connection.send(bytes);
  const answer = await connection.answer();
  assert.equal((await connection.rest()).toString('latin1'), '', 'one answer only');
  assert.equal(answer.fields.connection, 'close');
  assert.ok(!('keep-alive' in answer.fields));
  connection.destroy();
  return answer;
}

function refuses(status, rows) {
  for (const [name, bytes] of rows) {
    test(`${name}: ${status}`, async () => {
      const answer = await refusal(bytes);
      assert.equal(answer.status, status);
      assert.ok(!answer.body.includes('SECRET'));
    });
  }
}

describe('RFC 9112 3: the request line', () => {
  refuses(400, [
    ['no version (HTTP/0.9)', `GET /a.txt\r\n\r\n`],
    ['no target', `GET HTTP/1.1\r\n${HOST}\r\n`],
    ['two spaces', `GET  /a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['two spaces before the version', `GET /a.txt  HTTP/1.1\r\n${HOST}\r\n`],
    ['a tab', `GET\t/a.txt\tHTTP/1.1\r\n${HOST}\r\n`],
    ['a space at the end', `GET /a.txt HTTP/1.1 \r\n${HOST}\r\n`],
    ['a space in front', ` GET /a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a space in the target', `GET /a b HTTP/1.1\r\n${HOST}\r\n`],
    ['an empty method', ` / HTTP/1.1\r\n${HOST}\r\n`],
    ['a method with a separator', `GE(T /a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a method of other bytes', `G\xc9T /a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a target without a slash', `GET a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a fragment', `GET /a.txt#b HTTP/1.1\r\n${HOST}\r\n`],
    ['* for a GET', `GET * HTTP/1.1\r\n${HOST}\r\n`],
    ['another scheme', `GET ftp://localhost/a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a target without an authority', `GET http:///a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['RFC 9110 4.2.4: userinfo', `GET http://localhost@evil/a.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a version in small letters', `GET /a.txt http/1.1\r\n${HOST}\r\n`],
    ['a version with two digits', `GET /a.txt HTTP/1.10\r\n${HOST}\r\n`],
    ['a version with a comma', `GET /a.txt HTTP/1,1\r\n${HOST}\r\n`],
    ['a version of nothing', `GET /a.txt HTTP/\r\n${HOST}\r\n`],
    ['NUL in the target', `GET /a.txt\0 HTTP/1.1\r\n${HOST}\r\n`],
    ['a control byte in the target', `GET /a\x01.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['DEL in the target', `GET /a\x7f.txt HTTP/1.1\r\n${HOST}\r\n`],
    ['a bare CR in it', `GET /a.txt HTTP/1.1\rX: y\r\n${HOST}\r\n`],
  ]);
  refuses(505, [
    ['HTTP/2.0', `GET /a.txt HTTP/2.0\r\n${HOST}\r\n`],
    ['HTTP/0.9', `GET /a.txt HTTP/0.9\r\n${HOST}\r\n`],
    ['RFC 9113 3.4: the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ]);
  refuses(414, [
    [
      'RFC 9110 15.5.15: a target of 9000 bytes',
      `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`,
    ],
    ['a query of 9000 bytes', `GET /?${'a'.repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`],
    ['a method of 9000 bytes', `${'A'.repeat(9000)} / HTTP/1.1\r\n${HOST}\r\n`],
    ['a target without an end', `GET /${'a'.repeat(20000)}`],
  ]);

  test('a target of 8000 bytes is read', async () => {
    assert.equal((await get(server, `/a.txt?${'a'.repeat(8000)}`)).status, 200);
  });
});

describe('RFC 9112 3.2: Host', () => {
  const withHost = (...hosts) =>
    `GET /a.txt HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}\r\n`;
  refuses(400, [
    ['none', withHost()],
    ['an empty one', withHost('')],
    ['two', withHost('localhost', 'localhost')],
    ['two that differ', withHost('localhost', 'evil.example')],
    ['a list', withHost('localhost, evil.example')],
    ['with a space', withHost('local host')],
    ['with a path', withHost('localhost/')],
    ['with userinfo', withHost('me@localhost')],
    ['with a quote', withHost('local"host')],
    ['none, for an absolute target', 'GET http://localhost/a.txt HTTP/1.1\r\n\r\n'],
  ]);

  test('HTTP/1.0 needs none', async () => {
    assert.equal((await ask(server, 'GET /a.txt HTTP/1.0\r\n\r\n')).status, 200);
  });
});

describe('RFC 9112 5: field lines', () => {
  const withLine = (line) => `GET /a.txt HTTP/1.1\r\n${HOST}${line}\r\n\r\n`;
  refuses(400, [
    ['5.1: a space before the colon', withLine('X-Name : value')],
    ['a tab before the colon', withLine('X-Name\t: value')],
    ['5.2: obs-fold', withLine('X-Name: value\r\n more')],
    ['obs-fold with a tab', withLine('X-Name: value\r\n\tmore')],
    ['2.2: a space before the first', `GET /a.txt HTTP/1.1\r\n ${HOST}\r\n`],
    ['no colon', withLine('X-Name')],
    ['no name', withLine(': value')],
    ['a name with a space', withLine('X Name: value')],
    ['a name with a quote', withLine('X"Name: value')],
    ['a name of other bytes', withLine('X-N\xe4me: value')],
    ['RFC 9110 5.5: NUL in a value', withLine('X-Name: val\0ue')],
    ['a bare CR in a value', withLine('X-Name: val\rue')],
    ['a bare CR before a field', withLine('X-Name: value\rGET /secret.txt HTTP/1.1')],
    ['ESC in a value', withLine('X-Name: \x1b[31m')],
    ['DEL in a value', withLine('X-Name: \x7f')],
    ['a control byte in a name', withLine('X\x01Name: value')],
    ['a CR without LF at the end', `GET /a.txt HTTP/1.1\r\n${HOST}\r\rX`],
    ['a field twice that must not be', withLine('Range: bytes=0-0\r\nRange: bytes=0-1')],
  ]);
  refuses(431, [
    ['RFC 6585 5: a head of 40 KiB', withLine(`X-Name: ${'x'.repeat(40 * 1024)}`)],
    [
      'a head of 40 KiB in many lines',
      withLine(
        Array(80)
          .fill(`X-Name: ${'x'.repeat(500)}`)
          .join('\r\n'),
      ),
    ],
    ['101 fields', withLine(Array(101).fill('X: y').join('\r\n'))],
    ['a head without an end', `GET /a.txt HTTP/1.1\r\n${HOST}X-Name: ${'x'.repeat(33000)}`],
  ]);

  test('a head of 30 KiB is read', async () => {
    assert.equal((await get(server, '/a.txt', { 'X-Name': 'x'.repeat(30000) })).status, 200);
  });

  test('bytes above 0x7f and tabs in a value are read (obs-text)', async () => {
    assert.equal((await get(server, '/a.txt', { 'X-Name': '\xe4\xf6\t\xff' })).status, 200);
  });

  test('2.2: a lone LF ends a line, and empty lines may come first', async () => {
    assert.equal((await ask(server, 'GET /a.txt HTTP/1.1\nHost: localhost\n\n')).status, 200);
    assert.equal(
      (await ask(server, `\r\n\r\nGET /a.txt HTTP/1.1\r\n${HOST}\r\n`, 'GET')).status,
      200,
    );
  });

  test('a mistake is refused before the head has ended', async () => {
    for (const bytes of ['\0', 'GET /\x01', `GET / HTTP/1.1\r\nX : `, 'GET / HTTP/3.0'])
      await refusal(bytes);
  });
});

const SECRET = `GET /secret.txt HTTP/1.1\r\n${HOST}\r\n`;
const chunked = (text) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
const withBody = (method, fields, body) =>
  `${method} /a.txt HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;

describe('RFC 9112 6: bodies whose end is not known', () => {
  refuses(400, [
    [
      '6.1: Content-Length with Transfer-Encoding',
      withBody('POST', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`, chunked(SECRET)),
    ],
    [
      'the other way around',
      withBody('POST', `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`, chunked(SECRET)),
    ],
    [
      '6.3: two Content-Lengths',
      withBody('POST', `Content-Length: 5\r\nContent-Length: 50\r\n`, SECRET),
    ],
    ['two that are equal', withBody('POST', `Content-Length: 5\r\nContent-Length: 5\r\n`, SECRET)],
    ['a list', withBody('POST', `Content-Length: 5, 5\r\n`, SECRET)],
    ...['-1', '+5', '5x', '0x5', '', '1e3', '5 5', '99999999999999999999999', '\u00b2'].map(
      (length) => [
        `Content-Length: ${length}`,
        withBody('GET', `Content-Length: ${length}\r\n`, SECRET),
      ],
    ),
    [
      '6.1: Transfer-Encoding on HTTP/1.0',
      `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(SECRET)}`,
    ],
    [
      'two Transfer-Encodings',
      withBody(
        'POST',
        'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
        chunked(SECRET),
      ),
    ],
  ]);
  refuses(501, [
    ['6.1: a coding nobody knows', withBody('POST', 'Transfer-Encoding: gzip\r\n', SECRET)],
    ['chunked, but not last', withBody('POST', 'Transfer-Encoding: chunked, identity\r\n', SECRET)],
    ['xchunked', withBody('POST', 'Transfer-Encoding: xchunked\r\n', SECRET)],
    ['an empty one', withBody('POST', 'Transfer-Encoding: \r\n', SECRET)],
  ]);
});

describe('RFC 9112 6: bodies that nobody reads', () => {
  refuses(200, [
    [
      'a GET with a Content-Length',
      withBody('GET', `Content-Length: ${SECRET.length}\r\n`, SECRET),
    ],
    ['a GET with a shorter one', withBody('GET', 'Content-Length: 5\r\n', SECRET)],
    ['a GET with chunks', withBody('GET', 'Transfer-Encoding: chunked\r\n', chunked(SECRET))],
    ['a GET with CHUNKED', withBody('GET', 'Transfer-Encoding: CHUNKED\r\n', chunked(SECRET))],
    ['a GET with chunks that are none', withBody('GET', 'Transfer-Encoding: chunked\r\n', SECRET)],
  ]);
  refuses(405, [
    [
      'a POST with a Content-Length',
      withBody('POST', `Content-Length: ${SECRET.length}\r\n`, SECRET),
    ],
    ['a POST with chunks', withBody('POST', 'Transfer-Encoding: chunked\r\n', chunked(SECRET))],
    [
      'RFC 9110 10.1.1: Expect: 100-continue',
      withBody('POST', 'Content-Length: 5\r\nExpect: 100-continue\r\n', ''),
    ],
  ]);
  refuses(204, [
    ['OPTIONS with a body', withBody('OPTIONS', `Content-Length: ${SECRET.length}\r\n`, SECRET)],
  ]);

  test('a body that comes after the answer is not read as a request', async () => {
    const connection = await connect(server);
    connection.send(withBody('POST', `Content-Length: ${SECRET.length}\r\n`, ''));
    assert.equal((await connection.answer()).status, 405);
    await connection.send(SECRET);
    await connection.send(SECRET);
    assert.equal((await connection.rest()).length, 0);
    connection.destroy();
  });

  test('9.6: a client that sends a body of 5 MB can read the refusal', async () => {
    const body = 'x'.repeat(5e6);
    const answer = await ask(server, withBody('POST', `Content-Length: ${body.length}\r\n`, body));
    assert.equal(answer.status, 405);
  });

  test('Content-Length: 0 is no body: the connection stays', async () => {
    const connection = await connect(server);
    for (const method of ['GET', 'POST']) {
      connection.send(request(server, '/a.txt', { 'Content-Length': 0 }, method));
      assert.equal((await connection.answer()).fields.connection, 'keep-alive');
    }
    connection.destroy();
  });

  test('what follows a refusal in the same packet is not answered', async () => {
    for (const wrong of ['GET / HTTP/1.1\r\n\r\n', `GET / HTTP/9.9\r\n${HOST}\r\n`])
      await refusal(wrong + SECRET);
  });
});

describe('other protocols than HTTP', () => {
  const hello = Buffer.from('1603010200010001fc0303' + '00'.repeat(501), 'hex');
  test('the ClientHello of TLS is 400', async () =>
    assert.equal((await refusal(hello)).status, 400));

  const others = {
    SSH: 'SSH-2.0-OpenSSH_9.2\r\n',
    SMTP: 'EHLO localhost\r\n',
    'SOCKS 5': '\x05\x01\x00',
    RDP: '\x03\x00\x00\x13\x0e\xe0',
    JSON: '{"id":1}\n',
    XML: '<policy-file-request/>\0',
    memcached: 'stats\r\n',
    Redis: '*1\r\n$4\r\nPING\r\n',
  };
  for (const [name, bytes] of Object.entries(others)) {
    test(`${name} is 400`, async () => assert.equal((await refusal(bytes)).status, 400));
  }

  test('noise of every kind leaves the server alive', async () => {
    for (let seed = 0; seed < 100; seed++) {
      const noise = Buffer.concat(
        Array.from({ length: 1 + (seed % 40) }, (_, i) =>
          createHash('sha512').update(`${seed} ${i}`).digest(),
        ),
      );
      const bytes =
        seed % 3 === 0
          ? noise
          : Buffer.concat([Buffer.from(seed % 3 === 1 ? 'GET /' : `GET / HTTP/1.1\r\n`), noise]);
      const connection = await connect(server);
      connection.send(bytes);
      connection.finish();
      await connection.rest();
      connection.destroy();
    }
  });

  test('a request cut off anywhere leaves the server alive', async () => {
    const whole = request(server, '/a.txt', { Range: 'bytes=0-0' });
    for (let length = 0; length < whole.length; length += 3) {
      const connection = await connect(server);
      connection.send(whole.slice(0, length));
      connection.finish();
      assert.equal((await connection.rest()).length, 0);
      connection.destroy();
    }
  });
});
