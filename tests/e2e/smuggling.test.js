/**
 * Requests of HTTP/2 that are made to become another request, or two, behind a proxy: what is not the same for each
 * reader is refused, and never does a back end get a request, a field or a byte that was not asked for.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import {
  connectFrames,
  CONTINUATION,
  DATA,
  encodeBlock,
  frame,
  GOAWAY,
  HEADERS,
  RST_STREAM,
  takeFrame,
} from '../support/http2.js';
import { recordFastcgi, recordHttp } from '../support/recorders.js';
import { makeSite, until } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const END_STREAM = 1;
const END_HEADERS = 4;
const PADDED = 8;

const { cert, key } = makeCertificate();
const SECOND = 'GET /x.php?second HTTP/1.1\r\nHost: localhost\r\n\r\n';
/** What ends a chunked body early for who reads chunks in chunks. */
const EARLY_END = `0\r\n\r\n${SECOND}`;

/**
 * @typedef {object} Row one request
 * @property {string} name
 * @property {Record<string, string | undefined>} [pseudo] pseudo-fields that differ; undefined: left out
 * @property {[string, string][]} [fields]
 * @property {(string | Buffer)[]} [body] the payloads of DATA; without it there is none
 * @property {[string, string][]} [trailers]
 * @property {(id: number, block: Buffer) => Buffer} [frames] makes the frames of the head in place of the usual one
 * @property {boolean | 'maybe'} [passes] whether the back end gets it; else it gets nothing
 * @property {string} [got] the body that it gets, if not that of the row
 * @property {[string, string | undefined][]} [has] fields that it gets; undefined: does not get
 */

/** @type {Row[]} */
const ROWS = [
  { name: 'nothing special', passes: true },
  { name: 'a body', body: ['hello'], passes: true },

  // fields that are about the connection or the length (RFC 9113 8.2.2)
  ...[
    ['transfer-encoding', 'chunked'],
    ['transfer-encoding', 'identity'],
    ['transfer-encoding', ''],
    ['Transfer-Encoding', 'chunked'],
    ['transfer-encoding ', 'chunked'],
    [' transfer-encoding', 'chunked'],
    ['connection', 'close'],
    ['connection', 'content-length'],
    ['connection', 'keep-alive, transfer-encoding'],
    ['keep-alive', 'timeout=5'],
    ['proxy-connection', 'keep-alive'],
    ['upgrade', 'h2c'],
    ['upgrade', 'websocket'],
    ['te', 'chunked'],
    ['te', 'trailers, chunked'],
    ['http2-settings\r\ntransfer-encoding', 'chunked'],
  ].map(([name, value]) => ({
    name: `${name}: ${value}`,
    fields: /** @type {[string, string][]} */ ([[name, value]]),
    body: [EARLY_END],
  })),
  {
    name: 'te: trailers',
    fields: [['te', 'trailers']],
    body: [EARLY_END],
    passes: true,
    has: [
      ['te', undefined],
      ['HTTP_TE', undefined],
    ],
  },

  // lengths that lie
  ...[
    '1',
    '+5',
    '-5',
    ' 5',
    '5 ',
    '0x5',
    '5, 5',
    '5,5',
    '',
    '5e0',
    '05x',
    '18446744073709551621',
  ].map((length) => ({
    name: `content-length: "${length}" of 5`,
    fields: /** @type {[string, string][]} */ ([['content-length', length]]),
    body: ['hello'],
  })),
  {
    name: 'two lengths',
    fields: [
      ['content-length', '5'],
      ['content-length', '5'],
    ],
    body: ['hello'],
  },
  {
    name: 'two other lengths',
    fields: [
      ['content-length', '5'],
      ['content-length', '6'],
    ],
    body: ['hello'],
  },
  { name: 'a length without a body', fields: [['content-length', '5']] },
  {
    name: 'a length that is too long',
    fields: [['content-length', '500']],
    body: ['hello', SECOND],
  },
  {
    name: 'a length that the next frame exceeds',
    fields: [['content-length', '5']],
    body: ['hello', SECOND],
    passes: 'maybe', // what is complete was complete
    got: 'hello',
  },
  {
    name: 'a length that one frame exceeds',
    fields: [['content-length', '5']],
    body: [`hello${SECOND}`],
  },
  { name: 'no bytes', fields: [['content-length', '0']], body: [''], passes: true },
  {
    name: 'no bytes, and then some',
    fields: [['content-length', '0']],
    body: [SECOND],
    passes: 'maybe',
    got: '',
  },
  {
    name: 'the right length',
    fields: [['content-length', '5']],
    body: ['he', 'llo'],
    passes: true,
  },

  // bodies that look like something else
  { name: 'a request as the body', body: [SECOND], passes: true },
  { name: 'chunks as the body', body: [EARLY_END], passes: true },
  { name: 'chunks in pieces', body: [...EARLY_END], passes: true },
  {
    name: 'chunks of a known length',
    fields: [['content-length', String(EARLY_END.length)]],
    body: [EARLY_END],
    passes: true,
  },
  { name: 'chunks behind a GET', pseudo: { ':method': 'GET' }, body: [EARLY_END], passes: true },
  {
    name: 'a body of FastCGI',
    body: [Buffer.from([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])],
    passes: true,
  },

  // trailers, which are dropped
  ...[
    ['content-length', '5'],
    ['transfer-encoding', 'chunked'],
    ['x', `a\r\n\r\n${SECOND}`],
    ['x\r\nhost', 'evil.example'],
    [':path', '/x.php?second'],
    ['host', 'evil.example'],
    ['x-trailer', 'yes'],
  ].map(([name, value]) => ({
    name: `a trailer ${JSON.stringify(name)}`,
    body: ['hello'],
    trailers: /** @type {[string, string][]} */ ([[name, value]]),
    passes: /** @type {const} */ ('maybe'),
    has: /** @type {[string, undefined][]} */ ([
      ['x', undefined],
      ['x-trailer', undefined],
    ]),
  })),

  // lines in a value, a name, a pseudo-field
  ...['\r\n', '\n', '\r', '\0', '\r\n ', '\n\t'].flatMap((end) => {
    const shown = JSON.stringify(end);
    const line = `${end}transfer-encoding: chunked`;
    const whole = ` HTTP/1.1${end}Host: localhost${end}${end}GET /x.php?second`;
    return [
      {
        name: `a value with ${shown}`,
        fields: /** @type {[string, string][]} */ ([['x', `a${line}`]]),
        body: [EARLY_END],
      },
      {
        name: `a value that ends with ${shown}`,
        fields: /** @type {[string, string][]} */ ([['x', `a${end}`]]),
      },
      {
        name: `a value that begins with ${shown}`,
        fields: /** @type {[string, string][]} */ ([['x', `${end}a`]]),
      },
      {
        name: `a name with ${shown}`,
        fields: /** @type {[string, string][]} */ ([[`x: a${line.slice(0, -9)}`, 'chunked']]),
        body: [EARLY_END],
      },
      {
        name: `a cookie with ${shown}`,
        fields: /** @type {[string, string][]} */ ([
          ['cookie', 'a=b'],
          ['cookie', `c=d${line}`],
        ]),
      },
      { name: `a path with ${shown}`, pseudo: { ':path': `/x.php${whole}` } },
      {
        name: `a method with ${shown}`,
        pseudo: { ':method': `GET /x.php${whole} HTTP/1.1${end}x: ` },
      },
      { name: `an authority with ${shown}`, pseudo: { ':authority': `localhost${line}` } },
      {
        name: `a Host with ${shown}`,
        pseudo: { ':authority': undefined },
        fields: /** @type {[string, string][]} */ ([['host', `localhost${line}`]]),
      },
      { name: `a scheme with ${shown}`, pseudo: { ':scheme': `https${line}` } },
    ];
  }),

  // names
  { name: 'an empty name', fields: [['', 'a']] },
  { name: 'a name with a colon', fields: [['x:y', 'a']] },
  { name: 'a name that is a colon', fields: [[':', 'a']] },
  { name: 'an upper-case letter', fields: [['Content-Length', '5']], body: ['hello'] },
  {
    name: 'names with _, which CGI cannot tell from -',
    fields: [
      ['content_length', '3'],
      ['transfer_encoding', 'chunked'],
      ['x_forwarded_for', '1.2.3.4'],
    ],
    body: ['hello'],
    passes: true,
    has: [
      ['content_length', undefined],
      ['transfer_encoding', undefined],
      ['x_forwarded_for', undefined],
      ['HTTP_CONTENT_LENGTH', undefined],
      ['HTTP_TRANSFER_ENCODING', undefined],
      ['HTTP_X_FORWARDED_FOR', undefined],
    ],
  },
  {
    name: 'Proxy, which CGI programs take for a setting',
    fields: [['proxy', 'http://evil.example']],
    passes: true,
    has: [['HTTP_PROXY', undefined]],
  },

  // pseudo-fields (RFC 9113 8.3)
  ...[':method', ':scheme', ':path'].flatMap((name) => [
    { name: `no ${name}`, pseudo: { [name]: undefined } },
    { name: `an empty ${name}`, pseudo: { [name]: '' } },
    {
      name: `${name} twice`,
      fields: /** @type {[string, string][]} */ ([[name, '/x.php?second']]),
    },
  ]),
  ...[
    [':path', '/x.php?second'],
    [':authority', 'localhost'],
    [':status', '200'],
    [':protocol', 'websocket'],
    [':x', 'a'],
    [':Path', '/'],
  ].flatMap(([name, value]) => [
    {
      name: `${name} behind a field`,
      fields: /** @type {[string, string][]} */ ([
        ['x', 'a'],
        [name, value],
      ]),
    },
    { name: `${name} at the end`, fields: /** @type {[string, string][]} */ ([[name, value]]) },
  ]),
  { name: 'CONNECT', pseudo: { ':method': 'CONNECT', ':path': undefined, ':scheme': undefined } },
  { name: 'CONNECT with a path', pseudo: { ':method': 'CONNECT' } },
  { name: 'a method with a space', pseudo: { ':method': 'GET /x.php' } },
  { name: 'a method with a slash', pseudo: { ':method': 'GET/' } },
  { name: 'plain http', pseudo: { ':scheme': 'http' } },
  { name: 'a scheme that is a request', pseudo: { ':scheme': 'https://localhost/x.php?' } },

  // targets
  ...[
    'http://evil.example/x.php',
    'https://localhost/x.php',
    'x.php',
    '*',
    '?',
    '/x.php HTTP/1.1',
    '/x.php?a b',
    '/x.php\t',
    '/x.php#a',
    '/x.php\x7f',
  ].map((path) => ({ name: `the path ${JSON.stringify(path)}`, pseudo: { ':path': path } })),
  { name: 'a path of two slashes', pseudo: { ':path': '//evil.example/x.php' }, passes: 'maybe' },
  {
    name: 'CR LF in percent',
    pseudo: { ':path': '/x.php?a%0d%0aHost:%20evil.example' },
    passes: true,
  },

  // whose site
  { name: 'a Host that differs', fields: [['host', 'evil.example']] },
  { name: 'an authority of another site', pseudo: { ':authority': 'evil.example' } },
  { name: 'an authority with a name', pseudo: { ':authority': 'localhost@evil.example' } },
  { name: 'an authority of two', pseudo: { ':authority': 'localhost, evil.example' } },
  { name: 'an authority with a path', pseudo: { ':authority': 'localhost/x' } },
  { name: 'an empty authority', pseudo: { ':authority': '' } },
  { name: 'no authority', pseudo: { ':authority': undefined } },
  {
    name: 'Host in place of the authority',
    pseudo: { ':authority': undefined },
    fields: [['host', 'localhost']],
    passes: true,
  },
  {
    name: 'Host twice',
    pseudo: { ':authority': undefined },
    fields: [
      ['host', 'localhost'],
      ['host', 'localhost'],
    ],
  },

  // frames
  {
    name: 'a head cut in a name',
    frames: (id, block) =>
      Buffer.concat([
        frame(HEADERS, 0, id, block.subarray(0, 3)),
        frame(CONTINUATION, 0, id, block.subarray(3, 20)),
        frame(CONTINUATION, END_HEADERS, id, block.subarray(20)),
      ]),
    body: [EARLY_END],
    passes: true,
  },
  {
    name: 'padding that is a request',
    frames: (id, block) =>
      frame(HEADERS, END_HEADERS | PADDED, id, [SECOND.length, ...block, ...Buffer.from(SECOND)]),
    body: ['hello'],
    passes: true,
  },
  {
    name: 'CR LF in the code of Huffman',
    // "a\r\n": 00011, and thirty bits each (RFC 7541 B); the rest of the last byte is ones.
    frames: (id, block) => {
      const bits = `00011${'1'.repeat(28)}01${'1'.repeat(28)}00`.padEnd(72, '1');
      const coded = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
      const value = [0, 1, 0x78, 0x80 | coded.length, ...coded];
      return frame(HEADERS, END_HEADERS, id, [...block, ...value]);
    },
    body: [EARLY_END],
  },
];

/** The path of each row, by which its request is known at the back end. */
const pathOf = (row) => row.pseudo?.[':path'] ?? `/x.php?${ROWS.indexOf(row)}`;

/**
 * The fields of a row. Host "localhost" gets the port.
 *
 * @param {Row} row
 * @returns {[string, string][]}
 */
function pairsOf(row, server) {
  const { pseudo = {}, fields = [], body } = row;
  const authority = `localhost:${server.port}`;
  const all = {
    ':method': body ? 'POST' : 'GET',
    ':scheme': 'https',
    ':path': pathOf(row),
    ':authority': authority,
    ...pseudo,
  };
  /** @type {[string, string][]} */
  const pairs = [...Object.entries(all), ...fields];
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, name === 'host' && value === 'localhost' ? authority : value]);
}

/**
 * The frames of a row, on the stream id.
 *
 * @param {Row} row
 */
function framesOf(row, id, server) {
  const block = encodeBlock(pairsOf(row, server));
  const { body, trailers } = row;
  const head =
    row.frames?.(id, block) ?? frame(HEADERS, END_HEADERS | (body ? 0 : END_STREAM), id, block);
  const data = (body ?? []).map((piece, i) =>
    frame(DATA, !trailers && i === body.length - 1 ? END_STREAM : 0, id, Buffer.from(piece)),
  );
  const end = trailers ? [frame(HEADERS, END_HEADERS | END_STREAM, id, encodeBlock(trailers))] : [];
  return Buffer.concat([head, ...data, ...end]);
}

/** A client that speaks HTTP/2 to a server in front of recorder. */
function clientOf(server, recorder) {
  let connection;
  let next = 1;

  const reconnect = async () => {
    connection?.destroy();
    connection = await connectFrames(server, cert);
    next = 1;
  };

  /** How the stream ends: it is answered, or reset, or the connection is over. */
  const endOf = async (id) => {
    for (;;) {
      const { type, flags, stream } = await takeFrame(connection);
      if (type === GOAWAY) return 'over';
      if (stream !== id) continue;
      if (type === RST_STREAM) return 'reset';
      if ((type === HEADERS || type === DATA) && flags & END_STREAM) return 'answered';
    }
  };

  return {
    reconnect,
    /**
     * Sends the request of a row.
     *
     * @param {Row} row
     */
    async ask(row) {
      const id = next;
      next += 2;
      connection.send(framesOf(row, id, server));
      const end = await endOf(id);
      if (end === 'over') await reconnect();
      return end;
    },
    destroy: () => connection?.destroy(),
    /** What the back end has got since the last time. */
    taken() {
      assert.deepEqual(recorder.faults, []);
      return recorder.requests.splice(0);
    },
  };
}

/** Checks one request that a back end has got for a row. */
function checkRequest(row, { method, fields, body }, server) {
  assert.equal(method, row.pseudo?.[':method'] ?? (row.body ? 'POST' : 'GET'));
  const host = row.pseudo?.[':authority'] ?? `localhost:${server.port}`;
  assert.equal(fields.host ?? fields.HTTP_HOST, host);
  const sent = Buffer.concat((row.body ?? []).map((piece) => Buffer.from(piece)));
  assert.equal(body.toString('latin1'), row.got ?? sent.toString('latin1'));
  for (const [name, value] of row.has ?? []) assert.equal(fields[name], value, name);
}

/**
 * Checks what a back end has got since the last row. A request that may pass, though its client learns that it was
 * reset, may come later than that.
 */
function checkRow(row, end, requests, server) {
  const text = JSON.stringify(requests.map(({ method, target }) => `${method} ${target}`));
  const own = requests.filter(({ target }) => target === pathOf(row));
  for (const request of requests) {
    const late = ROWS.find((each) => each.passes === 'maybe' && pathOf(each) === request.target);
    const of = own.includes(request) ? row : late;
    assert.ok(of, `the back end got ${text}`);
    checkRequest(of, request, server);
  }
  if (row.passes === 'maybe') return;
  assert.equal(own.length, row.passes ? 1 : 0, `${end}, and the back end got ${text}`);
  if (row.passes) assert.equal(end, 'answered');
}

for (const [kind, makeRecorder, option] of /** @type {const} */ ([
  ['HTTP', recordHttp, (port) => `--proxy=http://127.0.0.1:${port}`],
  ['FastCGI', recordFastcgi, (port) => `--fastcgi=.php=127.0.0.1:${port}`],
]))
  describe(`from HTTP/2 to ${kind}`, async () => {
    const recorder = await makeRecorder();
    const site = makeSite({ 'x.php': '<?php' });
    const args = ['--https', `--cert=${cert}`, `--key=${key}`, option(recorder.port)];
    const server = await serverForFile({
      root: site.root,
      args,
      complaints: /refused a request|malformed|127\.0\.0\.1/,
    });
    const client = clientOf(server, recorder);
    const PROBE = { name: 'a probe', pseudo: { ':path': '/x.php?probe' }, passes: true };
    before(client.reconnect);
    after(client.destroy);

    /** One request that is right arrives as it is, and alone. */
    async function probe() {
      await until('requests that were begun to be given up', () => recorder.unfinished === 0);
      const end = await client.ask(PROBE);
      checkRow(PROBE, end, client.taken(), server);
    }

    for (const row of ROWS)
      test(row.name, async () => {
        checkRow(row, await client.ask(row), client.taken(), server);
        await probe();
      });

    /** Each byte at one place: which of them pass? */
    async function passing(place) {
      const codes = [];
      await client.reconnect();
      for (let code = 0; code < 256; code++) {
        const row = { name: '', passes: /** @type {const} */ ('maybe'), ...place(char(code)) };
        const end = await client.ask(row);
        const requests = client.taken();
        checkRow(row, end, requests, server);
        if (requests.some(({ target }) => target === pathOf(row))) codes.push(code);
      }
      await probe();
      return codes;
    }
    const char = (code) => String.fromCharCode(code);
    const all = Array.from({ length: 256 }, (_, code) => code);
    const matching = (pattern) => all.filter((code) => pattern.test(char(code)));

    test('every byte in a name', async () => {
      const codes = await passing((c) => ({ fields: [[`x${c}y`, 'a']] }));
      assert.deepEqual(codes, matching(/[!#$%&'*+.^_`|~0-9a-z-]/));
    });

    test('every byte in a value', async () => {
      const codes = await passing((c) => ({ fields: [['x', `a${c}b`]] }));
      assert.deepEqual(codes, matching(/[\t -~\x80-\xff]/));
    });

    test('every byte in a path', async () => {
      const codes = await passing((c) => ({ pseudo: { ':path': `/x.php?a${c}b` } }));
      assert.deepEqual(codes, matching(/[!"$-~\x80-\xff]/));
    });

    test('every byte in a method', async () => {
      const codes = await passing((c) => ({ pseudo: { ':method': `A${c}B` } }));
      assert.deepEqual(codes, matching(/[!#$%&'*+.^_`|~0-9A-Za-z-]/));
    });

    test('every byte in an authority', async () => {
      const codes = await passing((c) => ({
        pseudo: { ':authority': `localhost${c}:${server.port}` },
      }));
      assert.deepEqual(codes, matching(/\./)); // "localhost." is localhost (RFC 1034 3.1)
    });
  });
