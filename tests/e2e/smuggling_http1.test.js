/**
 * Requests of HTTP/1.1 that are made to become another request, or two, behind a proxy that uses its connections
 * again on both sides. Each is sent with a second request right behind it, and followed by one of another client.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from '../support/http.js';
import { recordFastcgi, recordHttp } from '../support/recorders.js';
import { makeSite, until } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const SECOND = 'GET /x.php?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
const EARLY_END = `0\r\n\r\n${SECOND}`;
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;

/**
 * @typedef {object} Row one request; HOST stands for the right name and port
 * @property {string} name
 * @property {string} [line] the request line, if not that of a POST
 * @property {string} [fields] lines behind Host, each with its end
 * @property {string} [raw] the whole request, in place of line, Host and fields
 * @property {string} [body] what is sent behind the head
 * @property {boolean | 'maybe'} [passes] whether the back end gets it; else it gets nothing, nor what is behind it
 * @property {string} [got] the body that the back end gets, if not what is sent
 */

const refused = (fields, body = EARLY_END) => ({ name: JSON.stringify(fields), fields, body });
const badChunks = (body) => ({
  name: `chunks ${JSON.stringify(body).slice(0, 60)}`,
  fields: 'Transfer-Encoding: chunked\r\n',
  body: `${body}${EARLY_END}`,
});

/** @type {Row[]} */
const ROWS = [
  // lengths in two ways (RFC 9112 6.1 and 6.3)
  ...[
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n',
    'Content-Length: 5\r\nContent-Length: 5\r\n',
    'Content-Length: 5\r\nContent-Length: 50\r\n',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
    'Transfer-Encoding: identity\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding: chunked, identity\r\n',
    'Transfer-Encoding: chunked, chunked\r\n',
    'Transfer-Encoding: xchunked\r\n',
    'Transfer-Encoding: "chunked"\r\n',
    'Transfer-Encoding: chunked;a=b\r\n',
    'Transfer-Encoding: \x0bchunked\r\n',
    'Transfer-Encoding: chunked\x00\r\n',
    'Transfer-Encoding:\r\n',
    'Transfer-Encoding : chunked\r\n',
    'Transfer-Encoding\t: chunked\r\n',
    'Transfer-Encoding\r\n: chunked\r\n',
    ' Transfer-Encoding: chunked\r\n',
    'X: a\r\n Transfer-Encoding: chunked\r\n',
    'X: a\r\n\tContent-Length: 5\r\n',
    'X: a\rTransfer-Encoding: chunked\r\n',
    'X: a\r\r\nTransfer-Encoding: chunked\r\n',
    'Content-Length: +5\r\n',
    'Content-Length: -5\r\n',
    'Content-Length: 0x5\r\n',
    'Content-Length: 5 5\r\n',
    'Content-Length: 5, 5\r\n',
    'Content-Length: 5;\r\n',
    'Content-Length: 5e0\r\n',
    'Content-Length:\r\n',
    'Content-Length: 18446744073709551621\r\n',
    'Content-Length : 5\r\n',
    'no field\r\n',
    ': empty\r\n',
    'Ex\x00pect: a\r\n',
    'Exp(ect: a\r\n',
    'X: a\x00b\r\n',
    'X: a\x7fb\r\n',
    'Host: evil.example\r\n',
    'Host: HOST\r\n',
  ].map((fields) => refused(fields)),

  // chunks
  ...[
    '0x5\r\nhello\r\n',
    '+5\r\nhello\r\n',
    '-5\r\nhello\r\n',
    ' 5\r\nhello\r\n',
    '5g\r\nhello\r\n',
    '\r\nhello\r\n',
    '5\rhello\r\n',
    '5\nhello\n',
    '5\r\nhelloX\r\n',
    '5\r\nhello',
    '5\r\nhello\r',
    '5\r\nhell\r\n',
    'ffffffffffffffff5\r\nhello\r\n',
    '10000000000000005\r\nhello\r\n',
    '5;a\nb\r\nhello\r\n',
    '5;a\x00\r\nhello\r\n',
  ].map(badChunks),
  {
    name: 'chunks with extensions and trailers',
    fields: 'Transfer-Encoding: chunked\r\n',
    body: '5;a=b\r\nhello\r\n0;c\r\nContent-Length: 50\r\nHost: evil.example\r\n\r\n',
    passes: true,
    got: 'hello',
  },
  {
    name: 'a chunk of chunks',
    fields: 'Transfer-Encoding: chunked\r\n',
    body: `${chunk(EARLY_END)}0\r\n\r\n`,
    passes: true,
    got: EARLY_END,
  },
  {
    name: 'a coding in capitals',
    fields: 'TRANSFER-ENCODING: CHUNKED\r\n',
    body: `${chunk('hello')}0\r\n\r\n`,
    passes: true,
    got: 'hello',
  },

  // bodies with a length
  {
    name: 'a request as the body',
    fields: `Content-Length: ${SECOND.length}\r\n`,
    body: SECOND,
    passes: true,
  },
  {
    name: 'chunks as the body',
    fields: `Content-Length: ${EARLY_END.length}\r\n`,
    body: EARLY_END,
    passes: true,
  },
  {
    name: 'a body behind a GET',
    line: 'GET PATH HTTP/1.1',
    fields: `Content-Length: ${SECOND.length}\r\n`,
    body: SECOND,
    passes: true,
  },
  {
    name: 'a body behind a HEAD',
    line: 'HEAD PATH HTTP/1.1',
    fields: `Content-Length: ${SECOND.length}\r\n`,
    body: SECOND,
    passes: true,
  },
  { name: 'no bytes', fields: 'Content-Length: 0\r\n', passes: true },
  {
    name: 'a length that Connection names',
    fields: `Connection: keep-alive, Content-Length\r\nContent-Length: ${SECOND.length}\r\n`,
    body: SECOND,
    passes: 'maybe',
  },
  {
    name: 'a coding that Connection names',
    fields: 'Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n',
    body: `${chunk(SECOND)}0\r\n\r\n`,
    passes: 'maybe',
    got: SECOND,
  },
  {
    name: 'an Upgrade to HTTP/2',
    line: 'GET PATH HTTP/1.1',
    fields: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n',
    passes: true,
  },
  {
    name: 'names with _',
    fields: 'Content_Length: 3\r\nTransfer_Encoding: chunked\r\nContent-Length: 5\r\n',
    body: 'hello',
    passes: true,
  },
  { name: 'lines that end with LF', raw: 'GET PATH HTTP/1.1\nHost: HOST\n\n', passes: true },
  { name: 'a line end in front', raw: '\r\nGET PATH HTTP/1.1\r\nHost: HOST\r\n\r\n', passes: true },

  // request lines
  ...[
    'GET  PATH HTTP/1.1',
    'GET PATH  HTTP/1.1',
    'GET\tPATH HTTP/1.1',
    ' GET PATH HTTP/1.1',
    'GET PATH HTTP/1.1 ',
    'GET PATH HTTP/1.1 HTTP/1.1',
    'GET PATH\x00 HTTP/1.1',
    'GET PATH\r HTTP/1.1',
    'GET PATH http/1.1',
    'GET PATH HTTP/2.0',
    'GET PATH HTTP/01.1',
    'GET PATH HTTP/1.1\rX: y',
    'GET x.php HTTP/1.1',
    'GET PATH#a HTTP/1.1',
    'GET PATH',
    'G(T PATH HTTP/1.1',
    'CONNECT HOST HTTP/1.1',
    'PRI * HTTP/2.0',
  ].map((line) => ({ name: `the line ${JSON.stringify(line)}`, line })),
  {
    name: 'HTTP/1.0 with chunks',
    line: 'POST PATH HTTP/1.0',
    ...refused('Transfer-Encoding: chunked\r\n'),
  },
  { name: 'no Host', raw: 'GET PATH HTTP/1.1\r\n\r\n' },
  {
    name: 'the whole URL',
    raw: 'GET http://HOSTPATH HTTP/1.1\r\nHost: HOST\r\n\r\n',
    passes: true,
  },
  {
    name: 'the whole URL, and another Host',
    raw: 'GET http://HOSTPATH HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    passes: 'maybe',
  },
];

for (const [kind, makeRecorder, option] of /** @type {const} */ ([
  ['HTTP', recordHttp, (port) => `--proxy=http://127.0.0.1:${port}`],
  ['FastCGI', recordFastcgi, (port) => `--fastcgi=.php=127.0.0.1:${port}`],
]))
  describe(`from HTTP/1.1 to ${kind}`, async () => {
    const recorder = await makeRecorder();
    const site = makeSite({ 'x.php': '<?php' });
    const server = await serverForFile({
      root: site.root,
      args: [option(recorder.port)],
      complaints: /refused a request|malformed|127\.0\.0\.1/,
    });
    const host = `localhost:${server.port}`;

    /** Sends bytes on a connection of their own, and waits for its end. */
    async function send(bytes) {
      const connection = await connect(server);
      connection.send(Buffer.from(bytes, 'latin1'));
      const answers = await connection.rest();
      connection.destroy();
      return answers.toString('latin1');
    }

    /** What the back end has got since the last time, when all of it has come. */
    async function taken() {
      await until('requests that were begun to be given up', () => recorder.unfinished === 0);
      assert.deepEqual(recorder.faults, []);
      return recorder.requests.splice(0);
    }

    const last = (path) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

    for (const [index, row] of ROWS.entries())
      test(row.name, async () => {
        const path = `/x.php?${index}`;
        const line = row.line ?? 'POST PATH HTTP/1.1';
        const head = row.raw ?? `${line}\r\nHost: HOST\r\n${row.fields ?? ''}\r\n`;
        const filled = head.replaceAll('HOST', host).replaceAll('PATH', path);
        const answers = await send(`${filled}${row.body ?? ''}${last('/x.php?behind')}`);
        const requests = await taken();
        const targets = requests.map(({ target }) => target);
        const shown = `${answers.slice(0, 200)}; the back end got ${targets}`;

        if (!row.passes) assert.deepEqual(targets, [], shown);
        else if (row.passes === true) assert.deepEqual(targets, [path, '/x.php?behind'], shown);
        for (const { target, body, fields } of requests) {
          assert.ok(target === path || target === '/x.php?behind', shown);
          assert.equal(fields.host ?? fields.HTTP_HOST, host);
          if (target === path) assert.equal(body.toString('latin1'), row.got ?? row.body ?? '');
        }
        assert.match(await send(last('/x.php?probe')), /^HTTP\/1\.1 200 /);
        assert.deepEqual(
          (await taken()).map(({ target }) => target),
          ['/x.php?probe'],
        );
      });
  });
