/**
 * Lines that visitors cause: nobody waits for an output that is not read, nobody fills the terminal, and nobody
 * hides what a line says.
 */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { connect, encode, get, request } from '../support/http.js';
import { atEnd, inTime, makeSite, run, runtimeFolder, until } from '../support/server.js';
import { openTerminal } from '../support/terminal.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const CTRL_S = '\x13';
const CTRL_Q = '\x11';
const REQUESTS = 2000;
const padding = 'x'.repeat(500);

const site = makeSite({ 'index.html': '<p>index' });
const status = () => JSON.parse(run(['status', '--json', site.root]).stdout || 'null');

/** Sends requests on one connection and waits for each answer. With --verbose each is a long line. */
async function askOften(server) {
  const connection = await connect(server);
  for (let i = 0; i < REQUESTS; i++) {
    connection.send(request(server, `/?n=${i}&${padding}`));
    assert.equal((await connection.answer('GET')).status, 200);
  }
  connection.destroy();
}

const error = (text) => JSON.stringify({ type: 'log', level: 'error', text });

/** What else prints lines: pages, refusals, saved files and the owner. */
async function useOtherParts(server) {
  const page = await openPage(server);
  await page.message();
  for (let i = 0; i < 100; i++) page.send(error(`${i}`));
  assert.equal((await get(server, '/', { Host: 'evil.example' })).status, 403);
  site.write('index.html', String(Math.random()));
  assert.equal((await page.message()).type, 'change');
  assert.equal(run(['reload', site.root]).code, 0);
  page.destroy();
}

const LINE =
  /^(?:liveserve: |liveserve \d| {2}(?:Serving|Open|Watching|Stop) |\d\d:\d\d:\d\d {2}\S|$)/;

/** Every line is whole; the requests that have no line are counted. */
function checkLines(text) {
  const lines = text.split('\n');
  const told = lines.filter((line) => line.includes('GET /?n='));
  for (const line of told) assert.match(line, /^liveserve: GET \/\?n=\d+&x{500}: 200 OK$/);
  for (const line of lines) assert.match(line, LINE);
  const missing = lines
    .map((line) => Number(/^liveserve: (\d+) lines? (?:is|are) missing here/.exec(line)?.[1] ?? 0))
    .reduce((sum, one) => sum + one, 0);
  assert.ok(told.length > 0 && told.length < REQUESTS, `${told.length} lines`);
  assert.ok(told.length + missing >= REQUESTS, `${told.length} lines, ${missing} are missing`);
}

/** Starts a server in a shell. Its output goes through a pipe, which is read only after goOn(). */
async function startUnread() {
  const place = makeSite();
  execFileSync('mkfifo', [place.path('go')]);
  const command = '"$LIVESERVE" --verbose --port=0 "$SITE" 2>&1 | { cat go; cat; } > out';
  const env = { ...process.env, SITE: site.root, XDG_RUNTIME_DIR: runtimeFolder() };
  const shell = spawn('sh', ['-c', command], { cwd: place.root, env, stdio: 'ignore' });
  const ended = once(shell, 'close');
  shell.unref();
  await until('the server', status);
  const { pid, url } = status();
  let isRunning = true;
  // Opened for both, the FIFO does not wait for its reader.
  const goOn = () => fs.writeFileSync(place.path('go'), '', { flag: 'r+' });
  atEnd(() => {
    if (!isRunning) return;
    process.kill(pid, 'SIGKILL');
    goOn();
  });
  return {
    port: Number(new URL(url).port),
    goOn,
    output: () => place.read('out'),
    stop: () => process.kill(pid, 'SIGTERM'),
    async end() {
      await inTime(ended, () => 'the end');
      isRunning = false;
    },
  };
}

describe('an output that is a file in ROOT', () => {
  test('as nohup makes one: no line is about that file', async (t) => {
    const own = makeSite({ 'index.html': '<p>1' });
    const out = fs.openSync(own.path('nohup.out'), 'a');
    const env = { ...process.env, XDG_RUNTIME_DIR: runtimeFolder() };
    const child = spawn(process.env.LIVESERVE, ['--port=0'], {
      ...{ cwd: own.root, env },
      stdio: ['ignore', out, out],
    });
    t.after(() => child.kill('SIGKILL'));
    fs.closeSync(out);
    const said = () => own.read('nohup.out');
    await until('the greeting', () => said().includes('Ctrl-C'));
    const lines = () => said().match(/^\d\d:\d\d:.*$/gm) ?? [];
    for (let count = 1; count <= 10; count++) {
      // One event for each, however busy the machine is.
      site.write('next.html', `<p>again ${count}`);
      fs.renameSync(site.path('next.html'), own.path('index.html'));
      await until('the line', () => lines().length >= count);
    }
    for (const line of lines()) assert.match(line, /created index\.html, no page is open/);
    child.kill();
    await inTime(once(child, 'close'), () => 'the end');
  });
});

describe('an output that is not read', () => {
  test('a pipe: all are served; later the lines are whole, and what is missing is counted', async () => {
    const server = await startUnread();
    await askOften(server);
    await useOtherParts(server);
    server.goOn();
    await until('a new line', async () => {
      await get(server, '/late');
      return server.output().includes('GET /late: 404');
    });
    server.stop();
    await server.end();
    checkLines(server.output());
  });

  test('a pipe to the end: the server stops nevertheless', async () => {
    const server = await startUnread();
    await askOften(server);
    server.stop();
    await until('the end', () => status() === null);
    server.goOn();
    await server.end();
  });

  test('a terminal that was stopped by Ctrl-S', async () => {
    const terminal = await openTerminal({ NO_COLOR: '1' });
    terminal.type(`"$LIVESERVE" --port=0 --verbose ${site.root}\n`);
    const [, port] = await terminal.shows(/Open.*http:\/\/localhost:(\d+)\//);
    await terminal.shows('(h: help)');
    const from = terminal.shown.length;
    terminal.type(CTRL_S);
    await askOften({ port: Number(port) });
    await useOtherParts({ port: Number(port) });
    terminal.type(CTRL_Q);
    await until('a new line', async () => {
      await get({ port: Number(port) }, '/late');
      return terminal.shown.includes('GET /late: 404');
    });
    await terminal.shows(/late: 404[^]*\(h: help\)/);
    const shown = terminal.shown.slice(from);
    terminal.type('q');
    await terminal.prompt();
    await terminal.end();
    checkLines(
      shown
        .replace(/ {2}\d+ pages? open {2}\(h: help\)(?:\r\x1b\[K|$)/g, '')
        .replace(/^\r\x1b\[K/, '')
        .replaceAll('\r\n', '\n'),
    );
  });
});

/** The number in the line that stands for the others. There is only one such line. */
async function dropped(lines, pattern) {
  const more = () => lines.map((line) => pattern.exec(line)).filter((match) => match);
  await until(`a line like ${pattern}`, () => more().length > 0);
  assert.equal(more().length, 1);
  return Number(more()[0][1]);
}

describe('too many lines', () => {
  test('refusals of changing names are a few lines, and other refusals are told', () =>
    withServer({ root: site.root, complaints: /refused/ }, async (server) => {
      for (let i = 0; i < 300; i++)
        assert.equal((await get(server, '/', { Host: `${i}.evil.example` })).status, 403);
      assert.equal((await get(server, '/ws', upgrade('http://other.example'))).status, 403);
      await until('the other refusal', () =>
        server.errors.some((line) => line.includes('a page of http://other.example:')),
      );
      const count = await dropped(server.errors, /… and (\d+) more like this/);
      const told = server.errors.filter((line) =>
        /refused a request for http:..\d+\.evil\.example/.test(line.replace(/….*/, '')),
      );
      assert.equal(told.length + count, 300);
      assert.ok(told.length < 100, `${told.length} lines`);
    }));

  test('pages that connect anew have the limit of one machine', () =>
    withServer({ root: site.root }, async (server) => {
      for (let i = 0; i < 40; i++) {
        const page = await openPage(server);
        await page.message();
        for (let n = 0; n < 40; n++) page.send(error('flood'));
        // The answer to a ping says that the server has read all before it.
        page.send('', { opcode: 9 });
        assert.equal((await page.frame()).opcode, 10);
        page.destroy();
      }
      const told = () => server.lines.filter((line) => line.endsWith(': flood')).length;
      const count = await dropped(server.lines, /: … and (\d+) more$/);
      assert.equal(told() + count, 1600);
      assert.ok(told() < 500, `${told()} lines`);
    }));

  test('in JSON, a long text is cut', () =>
    withServer(
      { root: site.root, args: ['--log-format=json'], open: /"url":"(http:[^"]+)"/ },
      async (server) => {
        const page = await openPage(server, { page: `/${'p'.repeat(50000)}` });
        await page.message();
        page.send(error('x'.repeat(100000)));
        const [line] = await server.waitForLine(/.*"said".*/);
        assert.ok(line.length < 10000, `${line.length} characters`);
        assert.match(JSON.parse(line).text, /^x{1000,5000}…$/);
        page.destroy();
      },
    ));
});

function upgrade(origin) {
  return {
    Origin: origin,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
}

// Bidirectional controls, zero width, separators and tags (CVE-2021-42574).
const HIDDEN = '\u202e\u2066\u200b\u2028\ufeff\u{e0041}';
const SHOWN = '\\u202e\\u2066\\u200b\\u2028\\ufeff\\u{e0041}';
const anyHidden = /[\p{Cf}\p{Zl}\p{Zp}]/u;

describe('characters that nobody sees', () => {
  test('are escaped: in folders, files, requests, reports and answers of the commands', async () => {
    const own = makeSite({ [`${HIDDEN}/index.html`]: 'x' });
    const root = own.path(HIDDEN);
    await withServer({ root, args: ['--verbose'], complaints: /./ }, async (server) => {
      const page = await openPage(server);
      await page.message();
      page.send(error(HIDDEN));
      await server.waitForLine(/error on \/: /);
      own.write(`${HIDDEN}/${HIDDEN}.css`, 'x');
      await server.waitForLine(/created /);
      await get(server, `/${encode('a')}?${Buffer.from(HIDDEN).toString('latin1')}`);
      await until(
        'the request',
        () =>
          server.errors.some((line) => line.includes('GET /%61?')) ||
          server.errors.some((line) => line.includes('GET /a?')),
      );
      const why = run(['why', `${root}/${HIDDEN}.css`]);
      const all = [...server.lines, ...server.errors, run(['status', root]).stdout, why.stdout];
      assert.ok(
        all.some((line) => line.includes(`Serving   ${own.root}/${SHOWN}`)),
        all.join('\n'),
      );
      assert.ok(all.some((line) => line.includes(`error on /: ${SHOWN}`)));
      assert.ok(all.some((line) => line.includes(`created ${SHOWN}.css`)));
      assert.ok(why.stdout.includes(SHOWN));
      for (const text of all) assert.ok(!anyHidden.test(text), JSON.stringify(text));
      page.destroy();
    });
  });

  test('are escaped in JSON, which says the same', async () => {
    const args = ['--log-format=json'];
    await withServer({ root: site.root, args, open: /"url":"(http:[^"]+)"/ }, async (server) => {
      const page = await openPage(server);
      await page.message();
      page.send(error(HIDDEN));
      const [line] = await server.waitForLine(/.*"said".*/);
      assert.ok(!anyHidden.test(line));
      assert.equal(JSON.parse(line).text, HIDDEN);
      page.destroy();
    });
  });

  test('are escaped by --show-config and in errors', () => {
    const own = makeSite({
      '.liveserve.json': JSON.stringify({ ignore: [HIDDEN], [HIDDEN]: 1, port: HIDDEN }),
    });
    const { stdout, stderr } = run(['--show-config'], { cwd: own.root });
    assert.ok(stdout.includes(SHOWN), stdout);
    assert.ok(stderr.includes(SHOWN), stderr);
    assert.ok(!anyHidden.test(stdout + stderr));
  });

  test('an emoji of several stays one', () =>
    withServer({ root: site.root }, async (server) => {
      const page = await openPage(server);
      await page.message();
      page.send(error('👩‍👩‍👧‍👦 x\u200dy'));
      await server.waitForLine(/error on \/: 👩‍👩‍👧‍👦 x\\u200dy$/u);
      page.destroy();
    }));
});
