/**
 * Strangers: what pages of other sites get, by default and when an option names them.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { ask, connect, get, request } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { birthOf, handshake, openPage, openSocket } from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'a.txt': 'text', 'list/b.txt': 'b' });
const server = await serverForFile({
  root: site.root,
  complaints: /refused a request from a page of/,
});

const EVIL = { Origin: 'http://evil.example', 'Sec-Fetch-Site': 'cross-site' };
const FRIEND = 'http://friend.test:3000';

const grants = ({ fields }) =>
  Object.keys(fields).filter((name) => name.startsWith('access-control-'));

/**
 * One answer of every kind, each with its request: status, target, fields, method.
 *
 * @type {[number, string, import('../support/http.js').Fields?, string?][]}
 */
const kinds = [
  [200, '/'],
  [200, '/a.txt'],
  [200, '/list/'],
  [200, '/__liveserve/client.js'],
  [302, '/list'],
  [206, '/a.txt', { Range: 'bytes=0-1' }],
  [416, '/a.txt', { Range: 'bytes=9-' }],
  [304, '/a.txt', { 'If-None-Match': '*' }],
  [412, '/a.txt', { 'If-Match': '"x"' }],
  [400, '/%'],
  [404, '/nothing'],
  [404, '/__liveserve/nothing'],
  [405, '/', {}, 'POST'],
  [501, '/', {}, 'BREW'],
  [204, '/', {}, 'OPTIONS'],
  [403, '/', { Host: 'evil.example' }],
  [400, 'no-path'],
];

const answerTo = (own, [, target, fields = {}, method = 'GET'], more = {}) =>
  ask(own, request(own, target, { Connection: 'close', ...more, ...fields }, method), method);

const rebinding = await serverForFile({ root: site.root, complaints: /refused/ });

describe('by default', () => {
  for (const kind of kinds) {
    test(`${kind[0]} for ${kind[3] ?? 'GET'} ${kind[1]} is for pages of this server only`, async () => {
      for (const more of [{}, { Origin: `http://localhost:${rebinding.port}` }]) {
        const answer = await answerTo(rebinding, kind, more);
        assert.equal(answer.status, kind[0]);
        assert.equal(answer.fields['cross-origin-resource-policy'], 'same-origin');
        assert.equal(answer.fields['x-content-type-options'], 'nosniff');
        assert.deepEqual(grants(answer), []);
      }
      assert.deepEqual(grants(await answerTo(rebinding, kind, EVIL)), []);
    });
  }

  test('a foreign page can change nothing, and the terminal names the option that allows it', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'BREW']) {
      const answer = await answerTo(server, [0, '/', EVIL, method]);
      assert.equal(answer.status, 403);
      assert.match(answer.body.toString(), /--allow-origin=ORIGIN/);
    }
    const said = () => server.errors.filter((line) => line.includes('evil.example'));
    await until('a word about it', () => said().length > 0);
    assert.deepEqual(said(), [
      'liveserve: refused a request from a page of http://evil.example: if that page is yours, start with ' +
        '--allow-origin=http://evil.example',
    ]);
  });

  for (const fields of [
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]) {
    test(`/__liveserve/ gives nothing to ${Object.entries(fields)}`, async () => {
      assert.equal((await get(server, '/__liveserve/client.js', fields)).status, 403);
    });
  }

  for (const field of [
    'Access-Control-Request-Private-Network',
    'Access-Control-Request-Local-Network',
  ]) {
    test(`a preflight with ${field} is refused, also with --cors`, async () => {
      await withServer({ root: site.root, args: ['--cors'] }, async (open) => {
        for (const own of [server, open]) {
          const answer = await answerTo(own, [
            0,
            '/',
            { ...EVIL, [field]: 'true', 'Access-Control-Request-Method': 'GET' },
            'OPTIONS',
          ]);
          assert.equal(answer.status, 403);
          assert.ok(!grants(answer).some((name) => name.endsWith('-network')));
        }
      });
    });
  }

  test("a page's own scripts and style sheets may be called anything", async () => {
    for (const [dest, origin, expected] of [
      ['script', 'same-origin', undefined],
      ['style', 'same-origin', undefined],
      ['image', 'same-origin', 'nosniff'],
      ['script', 'cross-site', 'nosniff'],
      ['script', 'same-site', 'nosniff'],
    ]) {
      const { fields } = await get(server, '/a.txt', {
        'Sec-Fetch-Dest': dest,
        'Sec-Fetch-Site': origin,
      });
      assert.equal(fields['x-content-type-options'], expected, `${dest} ${origin}`);
    }
  });
});

describe("liveserve's own pages", () => {
  const policy =
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

  for (const target of ['/nothing', '/list/', '/%', '/__liveserve/nothing']) {
    test(`${target} may use only liveserve's script and its own style`, async () => {
      const { fields, body } = await get(server, target);
      const style = /<style>(.*)<\/style>/s.exec(body.toString())[1];
      const hash = createHash('sha256').update(style).digest('base64');
      // The listing has a form that filters.
      const own = target === '/list/' ? policy.replace(/'none'$/, "'self'") : policy;
      assert.equal(fields['content-security-policy'], `${own}; style-src 'sha256-${hash}'`);
      assert.equal(body.toString().match(/<script|<style| style=| on\w+=/g).length, 2);
    });
  }

  test('the script has these fields, too', async () => {
    assert.equal(
      (await get(server, '/__liveserve/client.js')).fields['content-security-policy'],
      policy,
    );
  });

  test('pages of the site have no policy of ours', async () => {
    assert.equal((await get(server, '/')).fields['content-security-policy'], undefined);
  });
});

describe('--allow-origin', () => {
  const open = async (own, origin) => {
    const connection = await connect(own);
    connection.send(handshake(own, { fields: { Origin: origin } }));
    const { status } = await connection.answer();
    connection.destroy();
    return status;
  };

  test('lets pages of that origin open WebSockets and use methods, but read nothing', async () => {
    const args = [`--allow-origin=${FRIEND}`, '--allow-origin=vscode-webview://x'];
    await withServer(
      { root: site.root, args, complaints: /refused a request from a page/ },
      async (own) => {
        assert.equal(await open(own, FRIEND), 101);
        assert.equal(await open(own, 'vscode-webview://x'), 101);
        assert.equal(await open(own, `http://localhost:${own.port}`), 101);
        for (const origin of [
          `${FRIEND}0`,
          'http://friend.test',
          'https://friend.test:3000',
          `http://x.${FRIEND.slice(7)}`,
          'null',
        ])
          assert.equal(await open(own, origin), 403, origin);
        assert.equal((await answerTo(own, [0, '/', { Origin: FRIEND }, 'POST'])).status, 405);
        assert.deepEqual(grants(await get(own, '/', { Origin: FRIEND })), []);
      },
    );
  });
});

describe('--cors', () => {
  test('alone: every page may read the site, without credentials, but not /__liveserve/', () =>
    withServer({ root: site.root, args: ['--cors'], complaints: /refused/ }, async (own) => {
      const { fields } = await get(own, '/a.txt', EVIL);
      assert.equal(fields['access-control-allow-origin'], '*');
      assert.equal(fields['cross-origin-resource-policy'], 'cross-origin');
      assert.equal(fields['access-control-allow-credentials'], undefined);
      assert.equal(fields.vary, 'Origin');
      const plain = (await get(own, '/a.txt')).fields;
      assert.equal(plain['access-control-allow-origin'], undefined);
      assert.equal(plain.vary, 'Origin', 'because the answer to a request with Origin differs');
      const page = (await get(own, '/index.html', EVIL)).fields;
      assert.match(page.vary, /^Accept, .*, Origin$/, 'one field');
      const script = await get(own, '/__liveserve/client.js', EVIL);
      assert.equal(script.status, 403);
      assert.deepEqual(grants(script), []);
      assert.equal(script.fields['cross-origin-resource-policy'], 'same-origin');
      assert.equal((await answerTo(own, [0, '/', EVIL, 'POST'])).status, 403);
    }));

  test('=ORIGIN: pages of that origin and no others', () =>
    withServer({ root: site.root, args: [`--cors=${FRIEND}`] }, async (own) => {
      for (const [origin, granted] of [
        [FRIEND, FRIEND],
        ['http://evil.example', undefined],
        ['null', undefined],
        [`${FRIEND}0`, undefined],
      ]) {
        const { fields } = await get(own, '/a.txt', { Origin: origin });
        assert.equal(fields['access-control-allow-origin'], granted, origin);
        assert.equal(fields.vary, 'Origin');
        assert.equal(fields['cross-origin-resource-policy'], 'same-origin');
      }
      assert.equal((await get(own, '/a.txt')).fields.vary, 'Origin');
    }));

  test('=ORIGIN: only preflights of that origin are allowed', () =>
    withServer({ root: site.root, args: [`--cors=${FRIEND}`] }, async (own) => {
      const preflight = (origin) =>
        answerTo(own, [
          0,
          '/a.txt',
          {
            Origin: origin,
            'Access-Control-Request-Method': 'GET',
            'Access-Control-Request-Headers': 'x-own',
          },
          'OPTIONS',
        ]);
      const { status, fields } = await preflight(FRIEND);
      assert.equal(status, 204);
      assert.equal(fields['access-control-allow-origin'], FRIEND);
      assert.equal(fields['access-control-allow-methods'], 'GET, HEAD, OPTIONS');
      assert.equal(fields['access-control-allow-headers'], '*');
      assert.deepEqual(grants(await preflight('http://evil.example')), []);
    }));
});

describe('names that are not served', () => {
  const LIVERELOAD = {
    command: 'hello',
    protocols: ['http://livereload.com/protocols/official-7'],
  };
  const secrets = ['.env', 'backup/key.pem', 'id.key', '.ssh/config'];
  const secret = () => `TOKEN=${Math.random()}`;

  const makeSecretSite = () => {
    const own = makeSite({ 'index.html': '<p>index', 'a.txt': 'a', 'backup/b.txt': 'b' });
    for (const name of secrets) own.write(name, secret());
    return own;
  };

  /** One page of each protocol, and what each is told when only /a.txt was changed. */
  const openAll = async (own) => {
    const [old, ours, reload] = [
      await openSocket(own),
      await openPage(own, await birthOf(own)),
      await openSocket(own, { path: '/livereload' }),
    ];
    reload.send(JSON.stringify(LIVERELOAD));
    assert.equal(await old.text(), 'connected');
    assert.equal((await ours.message()).type, 'hello');
    assert.equal((await reload.message()).command, 'hello');
    return { old, ours, reload };
  };

  test('are told to no page, in no protocol, and not to one that comes back', async () => {
    const own = makeSecretSite();
    await withServer({ root: own.root, args: ['--wait=20'] }, async (server) => {
      for (const name of ['a.txt', ...secrets]) await get(server, `/${encodeURIComponent(name)}`);
      const birth = await birthOf(server);
      const { old, ours, reload } = await openAll(server);
      for (const name of secrets) {
        // A change counts once the file was looked at, which begins with the start of the program.
        const from = server.lines.length;
        const isSaid = () =>
          server.lines.slice(from).some((line) => /, no page uses it/.test(line));
        await until(`a line about ${name}`, () => {
          if (!isSaid()) own.write(name, secret());
          return isSaid();
        });
      }
      own.rename('.env', '.env.old');
      own.rename('backup/key.pem', 'backup/shown.txt'); // of the two names one is served
      await server.waitForLine(/, told \d page/);
      own.write('a.txt', secret());
      const late = await openPage(server, birth);
      const heard = [];
      for (const page of [ours, reload, late])
        for (let text = ''; !text.includes('/a.txt'); heard.push(text)) text = await page.text();
      assert.match(heard[0], /shown/);
      assert.doesNotMatch(heard.join('\n'), /env|key|ssh/);
      assert.equal(await old.text(), 'reload');
    });
  });

  test('are told with --dotfiles', async () => {
    const own = makeSecretSite();
    await withServer({ root: own.root, args: ['--dotfiles'] }, async (server) => {
      await get(server, '/.env');
      const { ours } = await openAll(server);
      own.write('.env', secret());
      assert.deepEqual((await ours.message()).changes, [{ urls: ['/.env'], kind: 'modified' }]);
    });
  });

  test('reload pages if --watch names them, but without the name', async () => {
    const own = makeSecretSite();
    const args = [`--watch=${own.path('.env')}`];
    await withServer({ root: own.root, args }, async (server) => {
      const { old, ours, reload } = await openAll(server);
      own.write('.env', secret());
      assert.equal(await old.text(), 'reload');
      assert.equal((await ours.message()).type, 'reload');
      assert.equal((await reload.message()).path, '/');
    });
  });
});
