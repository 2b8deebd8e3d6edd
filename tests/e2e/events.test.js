/**
 * Server-Sent Events in place of a WebSocket: who may have a stream, what it tells, what its page sends, by HTTP/1.1
 * and HTTP/2.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { EVENTS, EventStream, openBorn, openStream, post } from '../support/event_stream.js';
import { ask, connect, get, request } from '../support/http.js';
import { ask2, connectHttp2 } from '../support/http2.js';
import { inTime, makeSite, until } from '../support/server.js';
import { birthOf, openPage } from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

const files = { 'index.html': '<p>index', 'style.css': 'p{}', 'about.html': '<p>about' };
const site = makeSite(files);
const server = await serverForFile({
  root: site.root,
  complaints: /refused a request (from a page of|for http)/,
});

// The password is "open sesame".
const users = makeSite({
  users: 'ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n',
});

let count = 0;
const change = (name, where = site) => where.write(name, `<p>content ${count++}`);
const changed = (version, ...urls) => ({
  type: 'change',
  version,
  changes: urls.map((one) => ({ urls: one, kind: 'modified' })),
});

/** A server and a site for a test that counts changes. */
async function withOwn(use, args = [], complaints = undefined) {
  const own = makeSite(files);
  await withServer({ root: own.root, args, complaints }, (ownServer) => use(ownServer, own));
}

describe('messages', () => {
  test('a page is told what changes, and is counted', () =>
    withOwn(async (own, ownSite) => {
      const stream = await openBorn(own);
      const socket = await openPage(own, await birthOf(own));
      assert.equal((await socket.message()).type, 'hello');
      change('style.css', ownSite);
      assert.deepEqual(await stream.message(), changed(2, ['/style.css']));
      assert.equal((await socket.message()).version, 2);
      await own.waitForLine(/style\.css.* 2 pages/);
      socket.destroy();
      change('index.html', ownSite);
      assert.deepEqual(await stream.message(), changed(3, ['/index.html', '/']));
      await own.waitForLine(/index\.html.* 1 page/);
      stream.close();
    }));

  test('what it uses is taken, and gets a stamp; another file is none of its affair', () =>
    withOwn(async (own, ownSite) => {
      const stream = await openBorn(own);
      const uses = { type: 'uses', urls: ['/', '/style.css'] };
      assert.equal((await post(own, stream.key, uses)).status, 204);
      const { type, stamp } = await stream.message();
      assert.equal(type, 'state');
      assert.match(stamp, /^[\da-f]{16}$/);
      change('about.html', ownSite);
      assert.equal((await stream.message()).version, 2);
      await own.waitForLine(/about\.html, no page uses it/);
      stream.close();
    }));

  test('an error of the page is in the terminal', () =>
    withOwn(async (own) => {
      const stream = await openBorn(own, '/about.html');
      const log = { type: 'log', level: 'error', text: 'x is not defined' };
      assert.equal((await post(own, stream.key, log)).status, 204);
      await own.waitForLine(/error on \/about\.html.*x is not defined/);
      stream.close();
    }));

  test('a page that comes back is told what it has missed', () =>
    withOwn(async (own, ownSite) => {
      const birth = await birthOf(own);
      const witness = await openBorn(own);
      change('style.css', ownSite);
      assert.equal((await witness.message()).version, 2);
      change('index.html', ownSite);
      assert.equal((await witness.message()).version, 3);
      const stream = await openStream(own);
      await post(own, stream.key, { type: 'hello', page: '/', ...birth });
      assert.equal((await stream.message()).type, 'hello');
      assert.deepEqual((await stream.message()).changes.map(({ urls }) => urls[0]).sort(), [
        '/index.html',
        '/style.css',
      ]);
      stream.close();
      witness.close();
    }));

  test('where another server has the whole site, the streams are ours', async () => {
    const other = makeSite({ 'index.html': '<p>other', '__liveserve/events': 'a file' });
    await withServer({ root: other.root }, (upstream) =>
      withOwn(
        async (own) => {
          const stream = await openStream(own);
          const hello = { type: 'hello', page: '/', epoch: '', version: 0 };
          assert.equal((await post(own, stream.key, hello)).status, 204);
          assert.equal((await stream.message()).type, 'reload', 'it is from another time');
          stream.close();
        },
        [`--proxy=${upstream.url}`],
      ),
    );
  });

  test('two pages have two keys, and each only its own', async () => {
    const one = await openStream(server);
    const other = await openBorn(server);
    assert.notEqual(one.key, other.key);
    assert.equal((await post(server, one.key, '{}')).status, 400);
    await one.end();
    assert.equal((await post(server, other.key, { type: 'uses' })).status, 204);
    other.close();
  });

  test('on one connection, one message after the other', async () => {
    const stream = await openBorn(server);
    const connection = await connect(server);
    const body = JSON.stringify({ type: 'uses' });
    const head = { 'Liveserve-Stream-Key': stream.key, 'Content-Length': body.length };
    for (let i = 0; i < 3; i++) {
      connection.send(request(server, EVENTS, head, 'POST') + body);
      assert.equal((await connection.answer('POST')).status, 204);
    }
    connection.send(request(server, '/style.css'));
    assert.equal((await connection.answer()).status, 200);
    connection.destroy();
    stream.close();
  });

  test('who has gone is not counted', () =>
    withOwn(async (own, ownSite) => {
      const streams = [await openBorn(own), await openBorn(own), await openBorn(own)];
      streams[0].close();
      streams[1].close();
      await until('one page', async () => {
        change('style.css', ownSite);
        const { version } = await streams[2].message();
        assert.ok(version > 1);
        await until('the line', () => own.lines.at(-1).includes('style.css'));
        return / 1 page/.test(own.lines.at(-1));
      });
      streams[2].close();
    }));
});

describe('who may', () => {
  test('the key: without it, with one that is wrong, and after its end', async () => {
    const stream = await openBorn(server);
    const { key } = stream;
    const wrong = [
      undefined,
      '',
      key.slice(1),
      `${key}0`,
      key.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    ];
    for (const one of wrong) {
      const answer = await post(server, /** @type {any} */ (one), { type: 'uses' });
      assert.equal(answer.status, 404);
      assert.match(answer.body.toString(), /^No stream has the key in Liveserve-Stream-Key/);
    }
    assert.equal((await post(server, key, { type: 'uses' })).status, 204);
    stream.close();
    await until('the end', async () => (await post(server, key, { type: 'uses' })).status === 404);
  });

  test('pages of other servers, and other names, may not', async () => {
    const stream = await openBorn(server);
    const foreign = { Origin: 'http://evil.example' };
    assert.equal((await get(server, EVENTS, foreign)).status, 403);
    assert.equal((await get(server, EVENTS, { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    assert.equal((await get(server, EVENTS, { Host: 'evil.example' })).status, 403);
    assert.equal((await get(server, EVENTS, { Origin: 'null' })).status, 403);
    for (const fields of [foreign, { Origin: 'null' }, { Host: 'evil.example' }]) {
      const answer = await post(server, stream.key, '{}', fields);
      assert.equal(answer.status, 403);
    }
    change('style.css');
    assert.equal((await stream.message()).type, 'change');
    stream.close();
  });

  test('no page of another server may send the key, or read: there is no CORS', () =>
    withOwn(
      async (own) => {
        const fields = {
          Origin: 'http://app.example',
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'liveserve-stream-key',
        };
        const preflight = await ask(own, request(own, EVENTS, fields, 'OPTIONS'));
        assert.equal(preflight.fields['access-control-allow-origin'], undefined);
        const stream = await openStream(own, { Origin: `http://localhost:${own.port}` });
        const answer = /** @type {import('node:http').IncomingMessage} */ (stream.body);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
        assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
        stream.close();
      },
      ['--cors'],
    ));

  test('with a password, only who has it', () =>
    withOwn(
      async (own) => {
        assert.equal((await get(own, EVENTS)).status, 401);
        const secret = Buffer.from('ada:open sesame').toString('base64');
        const fields = { Authorization: `Basic ${secret}` };
        const stream = await openStream(own, fields);
        assert.equal((await post(own, stream.key, { type: 'uses' })).status, 401);
        assert.equal((await post(own, stream.key, { type: 'uses' }, fields)).status, 204);
        stream.close();
      },
      [`--htpasswd=${users.path('users')}`],
    ));

  test('other methods', async () => {
    for (const method of ['HEAD', 'PUT', 'DELETE']) {
      const answer = await ask(server, request(server, EVENTS, {}, method));
      assert.equal(answer.status, 405);
      assert.equal(answer.fields.allow, 'GET, POST');
    }
  });
});

describe('limits', () => {
  test('a message may be as long as on a WebSocket, and no longer', async () => {
    const stream = await openBorn(server);
    const pad = (length) => JSON.stringify({ type: 'uses' }).padEnd(length);
    assert.equal((await post(server, stream.key, pad(256 * 1024))).status, 204);
    const answer = await post(server, stream.key, pad(256 * 1024 + 1));
    assert.equal(answer.status, 413);
    assert.equal(answer.body.toString(), 'This message is too long.\n');
    assert.equal((await post(server, stream.key, { type: 'uses' })).status, 204);
    stream.close();
  });

  test('a page that does not read costs little, and gets the rest in one message', () =>
    withOwn(async (own, ownSite) => {
      const witness = await openBorn(own);
      const slow = await openBorn(own);
      slow.body.pause();
      let version = 1;
      for (let i = 0; i < 40; i++) {
        change('style.css', ownSite);
        while ((await witness.message()).version === version);
        version++;
      }
      slow.body.resume();
      let last = 1;
      while (last < version) ({ version: last } = await slow.message());
      slow.close();
      witness.close();
    }));

  test('many streams at once', () =>
    withOwn(async (own, ownSite) => {
      const streams = await Promise.all(Array.from({ length: 100 }, () => openBorn(own)));
      change('style.css', ownSite);
      for (const stream of streams) assert.equal((await stream.message()).version, 2);
      await own.waitForLine(/ 100 pages/);
      for (const stream of streams) stream.close();
    }));

  test('the end of the server ends the streams', () =>
    withOwn(async (own) => {
      const stream = await openBorn(own);
      await own.stop();
      await stream.end();
    }));
});

describe('HTTP/2', () => {
  const { cert, key } = makeCertificate();
  const args = ['--https', `--cert=${cert}`, `--key=${key}`];

  /** A stream on session, with its key. */
  async function openStream2(session, own) {
    const stream = session.request({
      ':path': EVENTS,
      ':authority': `localhost:${own.port}`,
    });
    const fields = await inTime(
      new Promise((resolve, reject) => stream.once('response', resolve).once('error', reject)),
      () => 'the head of a stream',
    );
    assert.equal(fields[':status'], 200);
    assert.equal(fields['content-type'], 'text/event-stream');
    const events = new EventStream(stream, () => stream.close());
    events.key = (await events.event()).data;
    return events;
  }

  test('several streams and messages on one connection', () =>
    withOwn(async (own, ownSite) => {
      const session = await connectHttp2(own, cert);
      const send = (stream, message) =>
        ask2(
          session,
          own,
          EVENTS,
          { ':method': 'POST', 'liveserve-stream-key': stream.key },
          message,
        );
      const page = await ask2(session, own, '/', { 'sec-fetch-dest': 'document' });
      const [, epoch] = /data-version="(\w+)\./.exec(page.body.toString());
      const hello = JSON.stringify({ type: 'hello', page: '/', epoch, version: 1 });
      const streams = [];
      for (let i = 0; i < 20; i++) streams.push(await openStream2(session, own));
      const answers = await Promise.all(streams.map((stream) => send(stream, hello)));
      assert.ok(answers.every(({ status }) => status === 204));
      for (const stream of streams) assert.equal((await stream.message()).type, 'hello');
      change('style.css', ownSite);
      for (const stream of streams)
        assert.deepEqual(await stream.message(), changed(2, ['/style.css']));
      await own.waitForLine(/ 20 pages/);
      streams.slice(1).forEach((stream) => stream.close());
      await until('the others to leave', async () => {
        change('style.css', ownSite);
        await streams[0].message();
        await until('the line', () => own.lines.at(-1).includes('style.css'));
        return / 1 page/.test(own.lines.at(-1));
      });
      assert.equal((await send(streams[0], '{}')).status, 400);
      await streams[0].end();
      assert.equal((await send({ key: 'x' }, hello)).status, 404);
      session.close();
    }, args));
});
