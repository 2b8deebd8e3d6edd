/**
 * The status page: who can see it, and what is in it. Its script is tested in tests/view/ and in browsers.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { openBorn } from '../support/event_stream.js';
import { connect, get, request } from '../support/http.js';
import { makeSite, run, until } from '../support/server.js';
import { connectTls } from '../support/tls.js';
import { birthOf, openPage } from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<p>index',
  'style.css': 'a {}',
  '.env': 'SECRET',
  'lib/a.js': '1',
});
const server = await serverForFile({ root: site.root, complaints: /refused/ });

const NAVIGATION = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
const CHROME =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36';

/** Addresses at which other machines reach this one. */
const outer = Object.values(os.networkInterfaces())
  .flat()
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);

/** The address of the status page. @param {string} root */
const urlOf = (root) => new URL(JSON.parse(run(['status', '--json', root]).stdout).status);

/** What the status page says. */
async function read(own, root, name = 'state', fields = {}) {
  const url = urlOf(root);
  return get({ ...own, port: Number(url.port) }, url.pathname + name, {
    Host: url.host,
    ...fields,
  });
}

const textOf = async (own, root) =>
  (await read(own, root)).body
    .toString()
    .replace(/<\/?(td|tr|p|li|dt|dd)[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/ +/g, ' ');

describe('/__liveserve/', () => {
  test('leads the user who has started the server to the page', async () => {
    for (const fields of [{}, NAVIGATION]) {
      const { status, fields: answer } = await get(server, '/__liveserve/', fields);
      assert.equal(status, 302);
      assert.equal(answer.location, urlOf(site.root).href);
      assert.equal(answer['cache-control'], 'no-store');
      assert.equal(answer['cross-origin-resource-policy'], 'same-origin');
    }
  });

  test('is nothing for pages of the site, for other sites, and at other names', async () => {
    /** @type {[number, import('../support/http.js').Fields][]} */
    const rows = [
      [404, { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }],
      [404, { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
      [404, { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
      [403, { ...NAVIGATION, 'Sec-Fetch-Site': 'cross-site' }],
      [403, { Origin: 'http://evil.example' }],
      [403, { Host: 'evil.example' }],
    ];
    for (const [expected, fields] of rows) {
      const { status, body } = await get(server, '/__liveserve/', fields);
      assert.equal(status, expected, JSON.stringify(fields));
      assert.ok(!body.includes(urlOf(site.root).pathname));
    }
  });

  test(
    'is nothing for another user of this machine',
    { skip: process.getuid() !== 0 && 'needs root to become another user' },
    () => {
      const { stdout, stderr } = spawnSync(
        'setpriv',
        // prettier-ignore
        ['--reuid=65534', '--regid=65534', '--clear-groups',
          'curl', '-si', '--noproxy', '*', '--max-time', '60', `http://localhost:${server.port}/__liveserve/`],
        { encoding: 'utf8', timeout: 60000 },
      );
      assert.match(stdout, /^HTTP\/1\.1 403 /, stderr);
      assert.match(stdout, /"liveserve status" says where it is/);
      assert.ok(!stdout.includes(urlOf(site.root).pathname));
    },
  );

  test(
    'is nothing for other machines',
    { skip: outer.length ? false : 'this machine is in no network' },
    () =>
      withServer({ root: makeSite().root, args: ['--lan'] }, async (lan) => {
        for (const host of outer) {
          const connection = await connect(lan, host);
          for (const Host of [`${host}:${lan.port}`, `localhost:${lan.port}`]) {
            connection.send(request(lan, '/__liveserve/', { Host, ...NAVIGATION }));
            assert.equal((await connection.answer()).status, 404, Host);
          }
          connection.destroy();
        }
      }),
  );

  test('over HTTPS it is not known who asks, so the text says where the page is', async () => {
    const { cert, key } = makeCertificate();
    const args = ['--https', '--no-http2', `--cert=${cert}`, `--key=${key}`];
    await withServer({ root: makeSite().root, args }, async (own) => {
      const connection = await connectTls(own, cert);
      connection.send(request(own, '/__liveserve/'));
      const { status, body } = await connection.answer();
      assert.equal(status, 403);
      assert.match(body.toString(), /liveserve status/);
      connection.destroy();
    });
  });

  test('a file of the site cannot take its place', async () => {
    const own = makeSite({ '__liveserve/index.html': 'of the site' });
    await withServer({ root: own.root }, async (other) => {
      assert.equal((await get(other, '/__liveserve/')).status, 302);
    });
  });
});

describe('the page', () => {
  test('needs its secret, and is for no page of another origin', async () => {
    const { port, pathname, host } = urlOf(site.root);
    const own = { ...server, port: Number(port) };
    for (const target of ['/', '/state', `${pathname.slice(0, -2)}/`, pathname.slice(0, -1)])
      assert.equal((await get(own, target, { Host: host })).status, 404, target);
    for (const fields of [
      { Origin: server.url.slice(0, -1) },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' },
      { Host: `evil.example:${port}` },
    ])
      for (const name of ['', 'state'])
        assert.equal((await read(server, site.root, name, fields)).status, 404);
    for (const name of ['', 'state', 'status.js', 'status.css', 'manual.md']) {
      const { status, fields } = await read(server, site.root, name);
      assert.equal(status, 200, name);
      assert.match(fields['content-security-policy'], /frame-ancestors 'none'/);
      assert.equal(fields['cross-origin-resource-policy'], 'same-origin');
      assert.equal(fields['cross-origin-opener-policy'], 'same-origin');
      assert.equal(fields['cache-control'], 'no-store');
      assert.equal(fields['referrer-policy'], 'no-referrer');
      assert.equal(fields['access-control-allow-origin'], undefined);
    }
    assert.equal((await read(server, site.root, 'nothing')).status, 404);
  });

  test('is only open to this machine, also with --lan', () =>
    withServer({ root: site.path('lib'), args: ['--lan'] }, async (lan) => {
      const port = Number(urlOf(site.path('lib')).port);
      for (const host of outer)
        await assert.rejects(connect({ ...lan, port }, host), /ECONNREFUSED/);
    }));

  test('names the pages, with browser, device and state', async () => {
    const own = makeSite({ 'index.html': '<p>index', 'a.css': '' });
    await withServer({ root: own.root }, async (other) => {
      assert.match(await textOf(other, own.root), /No page is open/);
      const birth = await birthOf(other);
      await openPage(other, {
        ...birth,
        page: '/<b>?&"',
        fields: { 'User-Agent': CHROME },
      });
      await openPage(other, { page: '/old', epoch: 'x', version: 9 });
      const stream = await openBorn(other, '/stream');
      await until('both pages', async () => /\/old/.test(await textOf(other, own.root)));
      const text = await textOf(other, own.root);
      assert.match(
        text,
        /\/&lt;b&gt;\?&amp;&quot; Chrome 130 Android, this machine not said, so it is told of all up to date, by WebSocket/,
      );
      assert.match(text, /\/old not known not known, this machine/);
      assert.match(text, /\/stream .* up to date, by Server-Sent Events/);
      stream.close();
      const { body } = await read(other, own.root);
      assert.ok(!body.includes('<b>'));
    });
  });

  test('says who was told of a change, and why others were not', async () => {
    const own = makeSite({ 'index.html': '<p>index', 'a.css': 'a {}', '.env': 'x' });
    await withServer({ root: own.root }, async (other) => {
      for (const file of ['/', '/a.css']) await get(other, file);
      const birth = await birthOf(other);
      /** @type {[string, string[]][]} */
      const pages = [
        ['/', ['/', '/a.css']],
        ['/about', ['/about']],
      ];
      for (const [page, urls] of pages) {
        const socket = await openPage(other, { ...birth, page, fields: { 'User-Agent': CHROME } });
        socket.send(JSON.stringify({ type: 'uses', urls }));
      }
      await until('both', async () => /1 file .*2 files/s.test(await textOf(other, own.root)));
      own.write('a.css', 'a { color: red }');
      await until('the change', async () =>
        /changed a\.css, told 1 of 2 pages/.test(await textOf(other, own.root)),
      );
      assert.match(
        await textOf(other, own.root),
        /changed a\.css, told 1 of 2 pages Not told, because not used by: \/about \(Chrome\) Told: \/ \(Chrome\) /,
      );
      own.write('.env', 'y');
      await until('the next one', async () =>
        /changed \.env, .* Not told, because the name is hidden: \/about \(Chrome\), \/ \(Chrome\)/.test(
          await textOf(other, own.root),
        ),
      );
      own.write('a.css', 'a { color: red }');
      await until('the same bytes', async () =>
        /saved a\.css with the same bytes, nothing to tell/.test(await textOf(other, own.root)),
      );
      own.write('a.css', 'a { color: <red>');
      await until('the error with its code', async () =>
        /a\.css:1 +a \{ is never closed<pre>.*1 \| a \{ color: &lt;red&gt;/s.test(
          (await read(other, own.root)).body.toString(),
        ),
      );
      assert.equal(run(['reload', own.root]).code, 0);
      assert.match(await textOf(other, own.root), /asked to reload/);
    });
  });

  test('has what is said in the terminal, too', () =>
    withServer({ root: site.path('lib'), complaints: /refused/ }, async (other) => {
      await get(other, '/', { Host: 'evil.example' });
      assert.match(
        await textOf(other, site.path('lib')),
        /refused a request for http:\/\/evil\.example\/: .* --allowed-host=evil\.example/,
      );
    }));

  test('names what is watched, and the last requests without their queries', async () => {
    const own = makeSite({ 'index.html': '<p>index', 'lib/a.js': '1', 'templates/b.txt': '2' });
    const args = [`--mount=/vendor=${own.path('lib')}`, `--watch=${own.path('templates')}`];
    await withServer({ root: own.root, args }, async (other) => {
      await get(other, '/missing<x>?password=SECRET', { 'Sec-Fetch-Dest': 'image' });
      await get(other, '/');
      const text = await textOf(other, own.root);
      assert.ok(text.includes(`the site ${own.root} `), text);
      assert.ok(text.includes(`mounted at /vendor ${own.path('lib')} `), text);
      assert.ok(text.includes(`by --watch: all pages reload ${own.path('templates')} `), text);
      assert.match(text, /200 GET \/ this machine/);
      assert.match(text, /404 GET \/missing&lt;x&gt; image this machine/);
      assert.ok(!text.includes('SECRET'));
      const { body } = await read(other, own.root, '');
      assert.match(body.toString(), new RegExp(`href="${other.url}"`));
      assert.doesNotMatch(body.toString(), /The wire/);
    });
  });

  test('has the manual as it is in doc/', async () => {
    for (const name of ['install.md', 'manual.md', 'settings.md', 'security.md']) {
      const { fields, body } = await read(server, site.root, name);
      assert.equal(fields['content-type'], 'text/plain; charset=utf-8');
      assert.equal(
        body.toString(),
        fs.readFileSync(new URL(`../../doc/${name}`, import.meta.url), 'utf8'),
      );
    }
  });

  test('remembers only so much', async () => {
    const connection = await connect(server);
    for (let i = 0; i < 70; i++) {
      connection.send(request(server, `/number-${i}`));
      await connection.answer();
    }
    connection.destroy();
    const text = await textOf(server, site.root);
    assert.equal(text.match(/number-\d+/g).length, 50);
    assert.ok(text.includes('number-69 ') && !text.includes('number-19 '));
  });
});
