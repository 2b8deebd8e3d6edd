/**
 * `--fastcgi`: PHP files of the site, run by a real php-fpm, and FastCGI servers that behave badly.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { ask2, connectHttp2 } from '../support/http2.js';
import { FETCH, load, NAVIGATION, TAG } from '../support/load.js';
import { atEnd, findFreePort, inTime, makeSite, portOf, run, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const UPLOAD_MIB = 300;
const SOURCE = /<\?php/;

/** The first php-fpm that is there. */
const fpm = ['php-fpm', 'php-fpm8.4', 'php-fpm8.2'].find(
  (name) => spawnSync(name, ['-v'], { stdio: 'ignore' }).status === 0,
);

const PAGE = (word) =>
  `<!doctype html><html><head><title>x</title></head><body><?php echo '${word}', 1 + 1; ?></body></html>`;
const SCRIPTS = {
  'index.php': PAGE('page'),
  'style.css': 'p { color: red }',
  'index.php.bak': 'a copy',
  'copy.txt': 'text',
  'blog/index.php': '<?php echo "<p>blog ", $_SERVER["SCRIPT_NAME"];',
  'both/index.php': '<?php echo "not this";',
  'both/index.html': '<p>the html',
  'UPPER.PHP': '<?php echo "upper";',
  '.secret.php': '<?php echo "secret";',
  'folder.php/file.txt': 'a file in a folder',
  'vars.php': '<?php header("Content-Type: application/json"); echo json_encode($_SERVER);',
  'form.php':
    '<?php header("Content-Type: application/json"); echo json_encode(["post" => $_POST, "size" => $_FILES["file"]["size"] ?? null, "sum" => isset($_FILES["file"]) ? md5_file($_FILES["file"]["tmp_name"]) : null]);',
  'body.php':
    '<?php header("Content-Type: text/plain"); echo md5(file_get_contents("php://input"));',
  'count.php':
    '<?php header("Content-Type: text/plain"); $n = 0; $in = fopen("php://input", "r"); while (!feof($in)) $n += strlen(fread($in, 65536)); echo $n;',
  'away.php': '<?php header("Location: /vars.php?x=1");',
  'missing.php': '<?php http_response_code(404); echo "<p>no such thing";',
  'warn.php': '<?php error_log("first \\x1b[31mline\\nsecond line"); echo "<p>warned";',
  'packed.php':
    '<?php ini_set("zlib.output_compression", "1"); echo "<head></head>", str_repeat("0", 9000);',
};

const POOL = (listen, folder) => `
[global]
error_log = ${folder}/fpm.log
daemonize = no
[www]
${process.getuid() === 0 ? 'user = root\ngroup = root\n' : ''}listen = ${listen}
pm = static
pm.max_children = 2
catch_workers_output = no
php_admin_flag[log_errors] = on
php_admin_value[upload_max_filesize] = 1G
php_admin_value[post_max_size] = 1G
php_admin_value[upload_tmp_dir] = ${folder}
`;

/** A php-fpm of our own, as the user who runs the test. */
function makeFpm(listen) {
  const folder = makeSite();
  folder.write('pool.conf', POOL(listen, folder.root));
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  atEnd(() => child?.kill('SIGTERM')); // It ends its workers, too, which a SIGKILL would leave behind.
  const target = listen.startsWith('/') ? { path: listen } : { port: Number(listen.split(':')[1]) };
  const isOpen = () =>
    new Promise((resolve) => {
      const socket = net.connect(target);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  return {
    async start() {
      const options = ['-n', '-F', '-y', folder.path('pool.conf')];
      if (process.getuid() === 0) options.push('-R');
      child = spawn(fpm, options, { stdio: 'ignore' });
      await until('php-fpm to listen', isOpen);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await inTime(ended, () => 'php-fpm to end');
      child = undefined;
    },
  };
}

/** Sends a request with a body. chunks: without a Content-Length. */
async function send(server, path, body, headers = {}) {
  const request = http.request({ port: server.port, path, method: 'POST', headers, agent: false });
  const answered = once(request, 'response');
  request.end(body);
  const [answer] = await inTime(answered, () => `an answer for ${path}`);
  const pieces = [];
  for await (const piece of answer) pieces.push(piece);
  return { status: answer.statusCode, text: Buffer.concat(pieces).toString() };
}

const md5 = async (bytes) =>
  (await import('node:crypto')).createHash('md5').update(bytes).digest('hex');

/** The peak of the server's memory, in KiB. */
function memory(server) {
  return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
}

describe('PHP', { skip: !fpm && 'php-fpm is not installed' }, () => {
  const site = makeSite(SCRIPTS);
  fs.symlinkSync('vars.php', site.path('link.txt'));
  fs.symlinkSync('vars.php', site.path('link.php'));
  const outside = makeSite({ 'outside.php': '<?php echo "outside";' });
  fs.symlinkSync(outside.path('outside.php'), site.path('out.php'));
  const folder = makeSite();
  const socket = folder.path('fpm.sock');
  const php = makeFpm(socket);
  const args = [`--fastcgi=.php=unix:${socket}`];
  before(() => php.start());
  after(() => php.stop());

  test('a page gets the tag; others do not', () =>
    withServer({ root: site.root, args }, async (server) => {
      const page = await load(server, '/', NAVIGATION);
      assert.equal(page.status, 200);
      assert.match(page.text, TAG);
      assert.match(page.text, /<body>page2<\/body>/);
      assert.doesNotMatch(page.text, SOURCE);
      assert.doesNotMatch((await load(server, '/index.php', FETCH)).text, TAG);
      assert.match((await load(server, '/blog/')).text, /<p>blog \/blog\/index.php/);
      assert.equal((await load(server, '/blog')).status, 302);
      assert.match((await load(server, '/both/')).text, /the html/);
      const packed = await load(server, '/packed.php', {
        ...NAVIGATION,
        'Accept-Encoding': 'gzip',
      });
      assert.match(packed.text, TAG);
      assert.match(packed.text, /0{9000}/);
      const head = await load(server, '/index.php', FETCH, 'HEAD');
      assert.deepEqual([head.status, head.text], [200, '']);
      assert.match((await load(server, '/folder.php/file.txt')).text, /a file in a folder/);
    }));

  test('the variables', () =>
    withServer({ root: site.root, args }, async (server) => {
      const headers = {
        ...FETCH,
        Proxy: 'http://evil.example',
        'X-Own': 'mine',
        X_Own: 'not mine',
        'X-Forwarded-For': '1.2.3.4',
        Cookie: 'a=b',
      };
      const { text } = await load(server, '/vars.php/a%20b/c?q=%20&r', headers);
      const vars = JSON.parse(text);
      const expected = {
        SCRIPT_FILENAME: site.path('vars.php'),
        SCRIPT_NAME: '/vars.php',
        PATH_INFO: '/a b/c',
        DOCUMENT_ROOT: site.root,
        QUERY_STRING: 'q=%20&r',
        REQUEST_URI: '/vars.php/a%20b/c?q=%20&r',
        REQUEST_METHOD: 'GET',
        REMOTE_ADDR: '127.0.0.1',
        SERVER_NAME: '127.0.0.1',
        SERVER_PORT: String(server.port),
        SERVER_PROTOCOL: 'HTTP/1.1',
        GATEWAY_INTERFACE: 'CGI/1.1',
        REDIRECT_STATUS: '200',
        HTTP_HOST: `127.0.0.1:${server.port}`,
        HTTP_X_OWN: 'mine',
        HTTP_COOKIE: 'a=b',
        HTTP_PROXY: undefined,
        HTTP_X_FORWARDED_FOR: undefined,
        HTTPS: undefined,
      };
      for (const [name, value] of Object.entries(expected)) assert.equal(vars[name], value, name);
      const linked = JSON.parse((await load(server, '/link.php', FETCH)).text);
      assert.equal(linked.SCRIPT_FILENAME, site.path('vars.php'));
    }));

  test('what a script answers: a redirect, an error, lines for the log', () =>
    withServer({ root: site.root, args, complaints: /fpm\.sock: / }, async (server) => {
      const away = await load(server, '/away.php');
      assert.deepEqual([away.status, away.fields.location], [302, '/vars.php?x=1']);
      const missing = await load(server, '/missing.php');
      assert.equal(missing.status, 404);
      assert.match(missing.text, /no such thing/);
      assert.match(missing.text, TAG);
      assert.match((await load(server, '/warn.php')).text, /warned/);
      const says = (pattern) => () => server.errors.some((line) => pattern.test(line));
      await until('the first line', says(/fpm\.sock: PHP message: first \\x1b\[31mline$/));
      await until('the second line', says(/fpm\.sock: second line$/));
      assert.equal((await load(server, '/none.php')).status, 404);
    }));

  test('bodies: a form, a file, chunks, none', () =>
    withServer({ root: site.root, args, complaints: /--allow-origin/ }, async (server) => {
      const form = await send(server, '/form.php', 'a=1&b=x%20y', {
        'Content-Type': 'application/x-www-form-urlencoded',
        Expect: '100-continue',
      });
      assert.deepEqual(JSON.parse(form.text).post, { a: '1', b: 'x y' });
      const bytes = Buffer.alloc(200000, 'abc');
      const file = Buffer.concat([
        Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'),
        bytes,
        Buffer.from('\r\n--x--\r\n'),
      ]);
      const type = { 'Content-Type': 'multipart/form-data; boundary=x' };
      const upload = JSON.parse((await send(server, '/form.php', file, type)).text);
      assert.deepEqual([upload.size, upload.sum], [bytes.length, await md5(bytes)]);
      const chunked = { 'Transfer-Encoding': 'chunked' };
      assert.equal((await send(server, '/body.php', bytes, chunked)).text, await md5(bytes));
      const none = { 'Content-Length': 0 };
      assert.equal((await send(server, '/body.php', '', none)).text, await md5(''));
      const long = await send(server, '/body.php', Buffer.alloc(2 ** 20 + 1), chunked);
      assert.equal(long.status, 411);
      assert.match(long.text, /Content-Length/);
      const foreign = await send(server, '/body.php', 'x', { Origin: 'http://evil.example' });
      assert.equal(foreign.status, 403);
    }));

  test(`an upload of ${UPLOAD_MIB} MiB takes no memory`, () => {
    const env = { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1` };
    return withServer({ root: site.root, args, env }, async (server) => {
      await load(server, '/', FETCH);
      const start = memory(server);
      const length = UPLOAD_MIB * 1024 * 1024;
      const upload = http.request({
        port: server.port,
        method: 'PUT',
        path: '/count.php',
        headers: { 'Content-Length': length },
      });
      const answered = once(upload, 'response');
      const piece = Buffer.alloc(1024 * 1024, 'x');
      for (let i = 0; i < UPLOAD_MIB; i++)
        if (!upload.write(piece)) await inTime(once(upload, 'drain'), () => `room for piece ${i}`);
      upload.end();
      const [answer] = await inTime(answered, () => 'the answer to an upload');
      const [text] = await once(answer.setEncoding('utf8'), 'data');
      assert.equal(text, String(length));
      assert.ok(memory(server) - start < 16 * 1024, `${memory(server) - start} KiB`);
    });
  });

  const complaints = /Access to the script|a link that leads out/;
  test('over HTTPS and HTTP/2', () => {
    const { cert, key } = makeCertificate();
    const https = [...args, `--cert=${cert}`, `--key=${key}`, '--https'];
    return withServer({ root: site.root, args: https }, async (server) => {
      const session = await connectHttp2(server, cert);
      const vars = JSON.parse(String((await ask2(session, server, '/vars.php')).body));
      assert.deepEqual(
        [vars.HTTPS, vars.SERVER_NAME, vars.SERVER_PORT, vars.REQUEST_SCHEME],
        ['on', 'localhost', String(server.port), 'https'],
      );
      const form = { ':method': 'POST', 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await ask2(session, server, '/form.php', form, 'a=1');
      assert.deepEqual(JSON.parse(String(answer.body)).post, { a: '1' });
      session.close();
    });
  });

  test('the source is never sent', () =>
    withServer({ root: site.root, args, complaints }, async (server) => {
      const paths = [
        '/index.php',
        '/UPPER.PHP',
        '/index.php/',
        '/index.php/x.css',
        '/index.php.',
        '/index.php%20',
        '/index.php%00',
        '/index.php%2f',
        '/%69ndex.ph%70',
        '/./index.php',
        '/blog/../index.php',
        '//index.php',
        '/INDEX.php',
        '/link.txt',
        '/link.php',
        '/out.php',
        '/.secret.php',
        '/index.php~',
        '/index.php;x',
        '/index.php?x',
        '/style.css/../index.php',
      ];
      for (const path of paths) {
        for (const headers of [FETCH, NAVIGATION, { ...FETCH, Range: 'bytes=0-9' }]) {
          const { text } = await load(server, path, headers);
          assert.doesNotMatch(text, /<\?|json_encode/, path);
        }
        assert.equal((await load(server, path, FETCH, 'HEAD')).text, '', path);
      }
      assert.equal((await load(server, '/out.php', FETCH)).status, 403);
      assert.equal((await load(server, '/.secret.php', FETCH)).status, 404);
      assert.equal((await load(server, '/link.txt', FETCH)).status, 404);
    }));

  test('a save reloads, a restart is waited for', async () => {
    const files = makeSite({ 'index.php': PAGE('one'), 'part.php': '<?php' });
    const port = await findFreePort();
    const own = makeFpm(`127.0.0.1:${port}`);
    await own.start();
    const options = [`--fastcgi=.php=127.0.0.1:${port}`, '--proxy-wait=60'];
    await withServer({ root: files.root, args: options }, async (server) => {
      const first = await visit(server, '/');
      files.write('index.php', PAGE('second'));
      assert.equal((await first.socket.message()).type, 'reload');
      const second = await visit(server, '/index.php/a/b');
      assert.match(second.text, /second2/);
      files.write('part.php', '<?php // changed');
      assert.equal((await second.socket.message()).type, 'reload');
      await own.stop();
      const fetched = await load(server, '/', FETCH);
      assert.equal(fetched.status, 502);
      assert.doesNotMatch(fetched.text, SOURCE);
      const waiting = visit(server, '/');
      await server.waitForLine(/is not there, so pages wait for it/);
      await own.start();
      const third = await waiting;
      assert.match(third.text, /second2/);
      await server.waitForLine(/is back, so pages reload/);
      for (const one of [first, second, third]) one.socket.destroy();
    });
    await own.stop();
  });
});

/** Loads a page, and connects as its script would. */
async function visit(server, at) {
  const { status, text } = await load(server, at);
  assert.equal(status, 200, text);
  const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(text);
  const socket = await openPage(server, { epoch, version: Number(version), page: at });
  assert.equal((await socket.message()).type, 'hello', 'nothing is newer than the page');
  return { socket, text };
}

/** A record of request id. */
function record(type, content = '', { id = 1, padding = 0, version = 1 } = {}) {
  const body = Buffer.from(content, 'latin1');
  const head = Buffer.from([version, type, 0, id, body.length >> 8, body.length & 255, padding, 0]);
  return Buffer.concat([head, body, Buffer.alloc(padding)]);
}

const end = (status = 0) => record(3, String.fromCharCode(0, 0, 0, 0, status, 0, 0, 0));
const OK = 'Content-Type: text/plain\r\n\r\n';

/**
 * What a server sends; what the client gets: the text, or a part of the error page; null: a reset.
 *
 * @type {[string, Buffer[], number, string | null][]}
 */
const rows = [
  ['in one record', [record(6, `${OK}text`), record(6), end()], 200, 'text'],
  ['with padding', [record(6, `${OK}te`, { padding: 9 }), record(6, 'xt'), end()], 200, 'text'],
  ['with lone LFs', [record(6, 'Content-Type: text/plain\n\ntext'), end()], 200, 'text'],
  ['a Status', [record(6, `Status: 404 Gone away\r\n${OK}text`), end()], 404, 'text'],
  ['a Location alone', [record(6, 'Location: /x\r\n\r\n'), end()], 302, ''],
  ['of the server itself', [record(9, 'FCGI', { id: 0 }), record(6, OK + 'a'), end()], 200, 'a'],
  ['a length that is kept', [record(6, `Content-Length: 2\r\n${OK}abc`), end()], 200, 'ab'],
  ['a length that is not', [record(6, `Content-Length: 9\r\n${OK}abc`), end()], 200, null],
  ['no end', [record(6, `${OK}abc`)], 200, null],
  ['nothing', [end()], 502, 'without an answer'],
  ['no FastCGI', [Buffer.from('HTTP/1.1 200 OK\r\n\r\n')], 502, 'does not speak FastCGI'],
  ['another id', [record(6, OK, { id: 2 })], 502, 'another request'],
  ['another type', [record(4, OK)], 502, 'none of an answer'],
  ['a short end', [record(6, OK), record(3, '1234')], 200, null],
  ['output behind its end', [record(6, `${OK}a`), record(6), record(6, 'b')], 200, null],
  ['overloaded', [end(2)], 502, 'is overloaded'],
  ['no head', [record(6, 'text\n\n'), end()], 502, 'without a CGI header'],
  ['two statuses', [record(6, `Status: 200\nStatus: 201\n${OK}`)], 502, 'two statuses'],
  ['a status of HTTP', [record(6, `Status: 101 X\n${OK}`)], 502, 'wrong status'],
  ['chunks', [record(6, `Transfer-Encoding: chunked\n${OK}0\r\n\r\n`)], 502, 'CGI does not have'],
  [
    'two lengths',
    [record(6, `Content-Length: 1\nContent-Length: 2\n${OK}`)],
    502,
    'Content-Length',
  ],
  ['a space in a name', [record(6, `A : b\n${OK}`)], 502, 'header'],
  ['a bare CR', [record(6, `A: b\rSet-Cookie: x\n${OK}`)], 502, 'header'],
  ['a head without end', [record(6, 'A: b\n'.repeat(13000))], 502, 'too long'],
];

/** What comes of an answer that ends with a reset. Node takes that for the end of some answers. */
async function loadBroken(server) {
  let text = '';
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('data', (piece) => (text += piece));
  socket.write(`GET /a.php HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  const ended = new Promise((resolve) => socket.on('error', resolve).on('end', resolve));
  const error = await inTime(ended, () => 'a reset');
  assert.equal(error?.code, 'ECONNRESET', text);
  return text;
}

test('answers, good and hostile, in whichever pieces they come', async () => {
  /** @type {Buffer[]} */
  let answer = [];
  let step = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      const bytes = Buffer.concat(answer);
      for (let at = 0; at < bytes.length; at += step || bytes.length) {
        const piece = bytes.subarray(at, at + (step || bytes.length));
        if (socket.destroyed) return;
        await new Promise((resolve) => socket.write(piece, resolve));
      }
      socket.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const site = makeSite({ 'a.php': '<?php source' });
  const args = [`--fastcgi=.php=127.0.0.1:${portOf(server)}`];
  await withServer({ root: site.root, args }, async (liveserve) => {
    for (const [name, bytes, status, text] of rows)
      for (step of [0, 1, 7]) {
        answer = bytes;
        if (step && Buffer.concat(answer).length > 60000) continue;
        if (text === null) {
          assert.match(await loadBroken(liveserve), /^HTTP\/1\.1 200 /, name);
          continue;
        }
        const got = await load(liveserve, '/a.php', FETCH);
        assert.equal(got.status, status, `${name}: ${got.text}`);
        if (status === 502) assert.match(got.text, new RegExp(text), name);
        else assert.equal(got.text, text, name);
        assert.doesNotMatch(got.text, /source/);
      }
  });
  await new Promise((resolve) => server.close(resolve));
});

test('settings that are wrong', async () => {
  for (const value of ['.php', 'php=127.0.0.1:1', '.php=127.0.0.1', '.php=unix:x', '.p/p=a:1']) {
    const { code, stderr } = await run([`--fastcgi=${value}`]);
    assert.equal(code, 2, value);
    assert.match(stderr, /is not SUFFIX=HOST:PORT, such as \.php=127\.0\.0\.1:9000/, value);
  }
});
