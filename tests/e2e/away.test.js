/**
 * A server behind `--proxy` that is away, or restarts: a page waits for it, a script gets an error at once, and
 * pages reload once when it is back.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import { connect, request } from '../support/http.js';
import { FETCH, load, NAVIGATION, TAG } from '../support/load.js';
import { makeSite, portOf, run, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>not seen' });
const PAGE = '<!doctype html><html><head><title>page</title></head><p>back</p></html>';
const HTML = { 'Content-Type': 'text/html' };

/** A port that nobody listens at. */
async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const port = portOf(listener);
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/** A back end that can be stopped and started again at its port. Each request is one of asked. */
function makeBackEnd(port, act = (_, answer) => answer.writeHead(200, HTML).end(PAGE)) {
  const backEnd = {
    asked: [],
    server: /** @type {http.Server} */ (undefined),
    async start() {
      backEnd.server = http.createServer((asked, answer) => {
        backEnd.asked.push(`${asked.method} ${asked.url}`);
        act(asked, answer);
      });
      await once(backEnd.server.listen(port, '127.0.0.1'), 'listening');
    },
    async stop() {
      const closed = new Promise((resolve) => backEnd.server?.close(resolve) ?? resolve(undefined));
      backEnd.server?.closeAllConnections();
      await closed;
      backEnd.server = undefined;
    },
  };
  after(() => backEnd.server && backEnd.stop());
  return backEnd;
}

const versionOf = (text) => /data-version="(\w+)\.(\d+)"/.exec(text);

/** A page as it was loaded, connected as its script would be. */
function open(server, text) {
  const [, epoch, version] = versionOf(text);
  return openPage(server, { epoch, version: Number(version) });
}

/** How often liveserve has said that. */
const said = (server, pattern) => server.lines.filter((line) => pattern.test(line)).length;
const AWAY = /is not there, so pages wait for it/;
const BACK = /is back, so pages reload/;

describe('a server behind --proxy that is away', () => {
  test('a page waits until it is there, and needs no reload then', async () => {
    const port = await freePort();
    const backEnd = makeBackEnd(port);
    const args = [`--proxy=http://127.0.0.1:${port}`, '--proxy-wait=60'];
    await withServer({ root: site.root, args }, async (server) => {
      const pages = ['/a', '/b'].map((path) => load(server, path));
      await server.waitForLine(AWAY);
      for (let i = 0; i < 3; i++) {
        const fetched = await load(server, '/c', FETCH);
        assert.equal(fetched.status, 502);
        assert.match(fetched.text, /http:\/\/127\.0\.0\.1:\d+, which answers for \/ here, is not/);
        assert.doesNotMatch(fetched.text, /as soon as it comes/);
      }
      await backEnd.start();
      for (const page of await Promise.all(pages)) {
        assert.equal(page.status, 200);
        assert.equal(page.text.replace(TAG, ''), PAGE);
        const now = await load(server, '/');
        assert.deepEqual([...versionOf(page.text)], [...versionOf(now.text)]);
      }
      await server.waitForLine(BACK);
      assert.deepEqual([said(server, AWAY), said(server, BACK)], [1, 1]);
    });
  });

  test('after --proxy-wait a page says what is waited for, and is told when it comes', async () => {
    const port = await freePort();
    const backEnd = makeBackEnd(port);
    const args = [`--proxy=/app=http://127.0.0.1:${port}`, '--proxy-wait=1'];
    await withServer({ root: site.root, args }, async (server) => {
      const waiting = await load(server, '/app/x');
      assert.equal(waiting.status, 502);
      assert.match(
        waiting.text,
        /which answers for \/app here, is not there\. This page shows its/,
      );
      const page = await open(server, waiting.text);
      assert.equal((await page.message()).type, 'hello');
      const next = await load(server, '/app/y');
      assert.equal(next.status, 502);
      await backEnd.start();
      assert.equal((await page.message()).type, 'reload');
      assert.equal((await load(server, '/app/x')).status, 200);
      await server.waitForLine(BACK);
      assert.deepEqual([said(server, AWAY), said(server, BACK)], [1, 1]);
      page.destroy();
    });
  });

  test('a restart in the middle of an edit ends with the right page and one reload', async () => {
    const port = await freePort();
    const templates = makeSite({ 'page.tmpl': 'one' });
    const backEnd = makeBackEnd(port, (_, answer) =>
      answer.writeHead(200, HTML).end(`<head></head>${templates.read('page.tmpl')}`),
    );
    await backEnd.start();
    const args = [
      `--proxy=http://127.0.0.1:${port}`,
      `--watch=${templates.root}`,
      '--proxy-wait=60',
    ];
    await withServer({ root: site.root, args }, async (server) => {
      const page = await open(server, (await load(server, '/')).text);
      assert.equal((await page.message()).type, 'hello');
      await backEnd.stop();
      templates.write('page.tmpl', 'two');
      assert.equal((await page.message()).type, 'reload');
      page.destroy();
      const reloaded = load(server, '/');
      await server.waitForLine(AWAY);
      await backEnd.start();
      const { text } = await reloaded;
      assert.match(text, /two$/);
      const next = await open(server, text);
      assert.equal((await next.message()).type, 'hello');
      const now = await load(server, '/');
      assert.deepEqual([...versionOf(text)], [...versionOf(now.text)], 'nothing is newer');
      next.destroy();
    });
  });

  test('502, 503 and a connection that is closed are waited for, too', async () => {
    for (const bad of [
      (_, answer) => answer.writeHead(503, HTML).end('starting'),
      (_, answer) => answer.writeHead(502, HTML).end('no application'),
      (asked) => asked.socket.destroy(),
    ]) {
      const port = await freePort();
      let isReady = false;
      const backEnd = makeBackEnd(port, (asked, answer) =>
        isReady ? answer.writeHead(200, HTML).end(PAGE) : bad(asked, answer),
      );
      await backEnd.start();
      const args = [`--proxy=http://127.0.0.1:${port}`, '--proxy-wait=60'];
      await withServer({ root: site.root, args }, async (server) => {
        const page = load(server, '/x?y');
        await server.waitForLine(/(answers 50[23]|without an answer), so pages wait for it/);
        await until('the server to be asked again', () => backEnd.asked.includes('HEAD /x?y'));
        isReady = true;
        const { status, text } = await page;
        assert.deepEqual([status, text.replace(TAG, '')], [200, PAGE]);
        assert.equal(said(server, BACK), 1);
      });
    }
  });

  test('a 503 that stays is shown as it is, after the wait; a script gets it at once', async () => {
    const port = await freePort();
    const backEnd = makeBackEnd(port, (_, answer) =>
      answer.writeHead(503, HTML).end('<head></head>closed today'),
    );
    await backEnd.start();
    const args = [`--proxy=http://127.0.0.1:${port}`, '--proxy-wait=1'];
    await withServer({ root: site.root, args }, async (server) => {
      const fetched = await load(server, '/', FETCH);
      assert.deepEqual([fetched.status, fetched.text], [503, '<head></head>closed today']);
      const page = await load(server, '/');
      assert.equal(page.status, 503);
      assert.match(page.text, TAG);
      assert.match(page.text, /closed today$/);
    });
  });

  test('an answer that only looks like a restart does not reload pages again and again', async () => {
    const port = await freePort();
    const backEnd = makeBackEnd(port, ({ method }, answer) =>
      answer.writeHead(method === 'HEAD' ? 200 : 503, HTML).end('<head></head>'),
    );
    await backEnd.start();
    const args = [`--proxy=http://127.0.0.1:${port}`, '--proxy-wait=60'];
    await withServer({ root: site.root, args }, async (server) => {
      for (let i = 0; i < 3; i++) assert.equal((await load(server, '/')).status, 503);
      assert.equal(said(server, BACK), 1);
    });
  });

  test('a form waits if nobody has got it, and is never sent twice', async () => {
    const port = await freePort();
    const backEnd = makeBackEnd(port, (asked, answer) => {
      if (asked.url === '/closes') asked.socket.destroy();
      else answer.writeHead(200, HTML).end(PAGE);
    });
    const args = [`--proxy=http://127.0.0.1:${port}`, '--proxy-wait=60'];
    await withServer({ root: site.root, args }, async (server) => {
      const fields = { ...NAVIGATION, 'Content-Length': 0 };
      const posted = load(server, '/form', fields, 'POST');
      await server.waitForLine(AWAY);
      await backEnd.start();
      assert.equal((await posted).status, 200);
      assert.equal((await load(server, '/closes', fields, 'POST')).status, 502);
      const posts = backEnd.asked.filter((line) => line.startsWith('POST'));
      assert.deepEqual(posts, ['POST /form', 'POST /closes']);
    });
  });

  test('--proxy-wait=0 does not wait, and who has gone is not waited for', async () => {
    const port = await freePort();
    const proxy = `--proxy=http://127.0.0.1:${port}`;
    await withServer({ root: site.root, args: [proxy, '--proxy-wait=0'] }, async (server) => {
      const page = await load(server, '/');
      assert.equal(page.status, 502);
      assert.match(page.text, /as soon as it comes/);
      await server.waitForLine(AWAY);
      assert.equal(said(server, AWAY), 1);
    });
    const backEnd = makeBackEnd(port);
    await withServer({ root: site.root, args: [proxy, '--proxy-wait=60'] }, async (server) => {
      const gone = await connect(server);
      gone.send(request(server, '/gone', NAVIGATION));
      await server.waitForLine(AWAY);
      gone.reset();
      // Another one that is held shows that the reset had the time to arrive.
      const held = load(server, '/held');
      await load(server, '/x', FETCH);
      await backEnd.start();
      assert.equal((await held).status, 200);
      assert.ok(!backEnd.asked.includes('GET /gone'), backEnd.asked.join('\n'));
    });
  });

  for (const [given, sentence] of /** @type {[string, RegExp][]} */ ([
    ['--proxy-wait=x', /proxy-wait "x": give a number from 0 to 60/],
    ['--proxy-wait=61', /proxy-wait "61": give a number from 0 to 60/],
    ['--proxy-wait', /--proxy-wait needs a value/],
  ])) {
    test(`${given} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run(['--port=0', given], { cwd: site.root });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }
});
