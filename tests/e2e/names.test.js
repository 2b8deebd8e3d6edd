/**
 * Names: every name that Linux allows can be reached, and nothing outside of the served folder.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { connect, encode, get, request } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { serverForFile, withServer } from '../support/with_server.js';

// Around the served folder there are secret files.
const around = makeSite({
  'secret.txt': 'SECRET',
  'site-secret/secret.txt': 'SECRET',
  'site/index.html': 'index',
  'site/hello.txt': 'hello',
  'site/sub/inner.txt': 'inner',
});
const site = {
  root: around.path('site'),
  path: (name) => around.path(`site/${name}`),
  write: (name, content) => around.write(`site/${name}`, content),
};

const server = await serverForFile({
  complaints: /refused (a request for http:..\.\.|links.|race.)/,
  root: site.root,
  args: ['--dotfiles'],
});

const names = [
  '中文/首页.txt',
  'a b',
  ' ',
  '#',
  '?',
  '%',
  '%41',
  '%2e%2e',
  '%00',
  '+',
  'c++.txt',
  'a&b=c;d',
  '100%',
  '\\',
  '..\\x',
  'a\nb',
  '"',
  "'",
  '...',
  '..a',
  'a..',
  '.hidden',
  '-',
  '~',
  '\x1b[31m',
  '<img src=x onerror=alert(1)>',
  'e\u0301',
  '\u00e9',
  '😀',
  'x'.repeat(255),
  'con',
  'a:b',
  '[x]',
  '*',
  'a/b/c/d/e/f',
];

describe('RFC 3986 2.1: percent-encoding', () => {
  // Node's file functions take a Buffer as a name of bytes.
  const bytesPath = (name) => Buffer.concat([Buffer.from(`${site.root}/bytes/`), name]);

  test('every byte but NUL and / is reached by its escape, and raw where RFC 9112 3.2 or a browser would send it so', async () => {
    fs.mkdirSync(site.path('bytes'));
    const bytes = Array.from({ length: 255 }, (_, i) => i + 1).filter((byte) => byte !== 0x2f);
    const nameOf = (byte) => Buffer.from([0x61, byte, 0x62]); // "a?b"
    for (const byte of bytes) fs.writeFileSync(bytesPath(nameOf(byte)), `byte ${byte}`);

    const connection = await connect(server);
    const asked = async (target) => {
      connection.send(request(server, target));
      const { status, body } = await connection.answer();
      return { status, body: body.toString() };
    };
    for (const byte of bytes) {
      const hex = byte.toString(16).padStart(2, '0');
      const expected = { status: 200, body: `byte ${byte}` };
      assert.deepEqual(await asked(`/bytes/a%${hex}b`), expected, `%${hex}`);
      assert.deepEqual(
        await asked(`/bytes/a%${hex.toUpperCase()}b`),
        expected,
        `%${hex} in capitals`,
      );
      if (byte <= 0x20 || byte === 0x7f || '%?#'.includes(String.fromCharCode(byte))) continue;
      assert.deepEqual(
        await asked(`/bytes/a${String.fromCharCode(byte)}b`),
        expected,
        `${hex} raw`,
      );
    }
    connection.destroy();
  });

  for (const name of names) {
    test(JSON.stringify(name.slice(0, 40)), async () => {
      site.write(`names/${name}`, `this is ${name}`);
      const { status, body } = await get(server, `/names/${name.split('/').map(encode).join('/')}`);
      assert.deepEqual([status, body.toString()], [200, `this is ${name}`]);
    });
  }

  test('a path of 4000 bytes', async () => {
    const folder = Array(15).fill('f'.repeat(250)).join('/');
    site.write(`${folder}/x.txt`, 'deep');
    assert.equal((await get(server, `/${folder}/x.txt`)).body.toString(), 'deep');
  });

  test('an address is decoded once', async () => {
    site.write('once/A', 'decoded twice');
    assert.equal((await get(server, '/once/%2541')).status, 404);
    site.write('once/%41', 'decoded once');
    assert.equal((await get(server, '/once/%2541')).body.toString(), 'decoded once');
    assert.equal((await get(server, '/once/%41')).body.toString(), 'decoded twice');
  });

  for (const target of [
    '/hello.txt%00',
    '/%00',
    '/hello.txt%00.html',
    '/%',
    '/%4',
    '/%zz',
    '/%4g',
    '/hello.txt%',
    '/%u0041',
    '/%%34%31',
    '/%-1',
    '/%+1',
  ]) {
    test(`${target} is 400`, async () => assert.equal((await get(server, target)).status, 400));
  }

  for (const target of [
    '/sub%2finner.txt',
    '/sub%2Finner.txt',
    '/sub%2f',
    '/%2f',
    '/%2fetc/passwd',
  ]) {
    test(`${target} is 404: no name has a slash in it`, async () => {
      assert.equal((await get(server, target)).status, 404);
    });
  }

  test('RFC 3986 5.2.4: dot segments and doubled slashes are resolved', async () => {
    const targets = [
      '/./sub/inner.txt',
      '/sub/./inner.txt',
      '/sub/../sub/inner.txt',
      '/x/../sub/inner.txt',
      '//sub//inner.txt',
      '/%2e/sub/inner.txt',
      '/x/%2e%2e/sub/inner.txt',
      '/x/.%2E/sub/inner.txt',
      '/sub/x/y/../../inner.txt',
      '/hello.txt/../sub/inner.txt',
    ];
    for (const target of targets)
      assert.equal((await get(server, target)).body.toString(), 'inner', target);
    for (const target of ['/.', '/./', '/sub/..', '/sub/../', '/sub/%2e%2e', '//']) {
      assert.match((await get(server, target)).body.toString(), /index$/, target);
    }
  });
});

const name = path.basename(around.root);
const outside = [
  '/../secret.txt',
  '/../../secret.txt',
  '/..',
  '/../',
  '/./../secret.txt',
  '/sub/../../secret.txt',
  '/sub/../../site/hello.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%2fsecret.txt',
  '/..%2Fsecret.txt',
  '/%2e./secret.txt',
  '/.%2e/secret.txt',
  '/%2E%2E/secret.txt',
  '/..\\secret.txt',
  '/..%5csecret.txt',
  '/..%5C..%5Csecret.txt',
  '/sub/..\\..\\secret.txt',
  '/%252e%252e/secret.txt',
  '/%252e%252e%252fsecret.txt',
  '/%%32%65%%32%65/secret.txt',
  '/%c0%ae%c0%ae/secret.txt',
  '/%c0%af../secret.txt',
  '/%e0%80%ae%e0%80%ae/secret.txt',
  '/%uff0e%uff0e/secret.txt',
  '/....//secret.txt',
  '/..../secret.txt',
  '/..;/secret.txt',
  '/..%00/secret.txt',
  '/..%00',
  '/..%0d/secret.txt',
  '/%20../secret.txt',
  '/../site-secret/secret.txt',
  '/-secret/secret.txt',
  '/..-secret/secret.txt',
  '/../site/../secret.txt',
  '//etc/passwd',
  '///etc/passwd',
  '/etc/passwd',
  '/%2fetc%2fpasswd',
  '//..//secret.txt',
  '/.//..//secret.txt',
  '/sub//../..//secret.txt',
  'file:///etc/passwd',
  `/../../${name}/secret.txt`,
  `/${around.root}/secret.txt`,
  `/${around.root.slice(1)}/secret.txt`,
  'http://localhost/../secret.txt',
  'http://localhost/%2e%2e/secret.txt',
  'http://../secret.txt',
  'http://localhost/..?/secret.txt',
  '/proc/self/environ',
  '/../../../../../../../../proc/self/root/etc/passwd',
  '/?/../../secret.txt',
  '/sub?/../../../secret.txt',
  '/__liveserve/../../secret.txt',
  '/__liveserve/%2e%2e/%2e%2e/secret.txt',
  '/hello.txt/../../secret.txt',
  `/${'../'.repeat(500)}secret.txt`,
];

describe('nothing outside of the folder is ever served', () => {
  for (const target of outside) {
    test(target.slice(0, 70), async () => {
      const { status, body } = await get(server, target);
      assert.ok(!body.includes('SECRET') && !body.includes('root:'), `${status} ${body}`);
      if (/[?]/.test(target)) return;
      assert.ok([400, 403, 404].includes(status), `${status}`);
    });
  }

  test('/?/../../secret.txt is the index: after a ? there is no path', async () => {
    assert.match((await get(server, '/?/../../secret.txt')).body.toString(), /index$/);
  });
});

describe('hidden names', () => {
  const own = makeSite({
    'index.html': 'index',
    '.env': 'SECRET',
    '.git/config': 'SECRET',
    'sub/.htpasswd': 'SECRET',
    'a.key': 'SECRET',
    'a.pem': 'SECRET',
    'a.html~': 'SECRET',
    '#a.html#': 'SECRET',
    '.a.html.swp': 'SECRET',
    'list/.x': 'SECRET',
    'list/y.txt': 'y',
    'list/certificate.pem': 'SECRET',
    '.well-known/security.txt': 'Contact',
  });
  const targets = [
    '/.env',
    '/%2eenv',
    '/%2Eenv',
    '/./.env',
    '//.env',
    '/.env/',
    '/.env/.',
    '/x/../.env',
    '/.env?raw',
    '/.env?import&raw',
    '/.git/config',
    '/.git',
    '/.git/',
    '/sub/.htpasswd',
    '/a.key',
    '/a.ke%79',
    '/a.pem',
    '/a.html~',
    '/a.html%7e',
    '/%23a.html%23',
    '/.a.html.swp',
    '/list/certificate.pem',
    '/.well-known/../.env',
    '/.well-known/.env',
  ];

  test('are 404, whether the file exists or not', async () => {
    await withServer({ root: own.root }, async (other) => {
      const missing = (await get(other, '/nothing-like-it')).body.toString();
      for (const target of [...targets, '/.nothing', '/nothing.key']) {
        const { status, body } = await get(other, target);
        assert.equal(status, 404, target);
        assert.equal(body.toString(), missing, target);
      }
      assert.equal((await get(other, '/.well-known/security.txt')).body.toString(), 'Contact');
    });
  });

  test('are in no listing', async () => {
    await withServer({ root: own.root }, async (other) => {
      const { body } = await get(other, '/list/', { Accept: 'application/json' });
      assert.deepEqual(
        JSON.parse(String(body)).map(({ name }) => name),
        ['y.txt'],
      );
    });
  });

  test('--verbose says why', async () => {
    await withServer({ root: own.root, args: ['--verbose'], complaints: /./ }, async (other) => {
      await get(other, '/sub/.htpasswd');
      await until('a word about it', () =>
        other.errors.includes(
          'liveserve: sub/.htpasswd is not served, for a dot in front; --dotfiles serves it',
        ),
      );
    });
  });

  test('--dotfiles serves and lists them', async () => {
    await withServer({ root: own.root, args: ['--dotfiles'] }, async (other) => {
      for (const target of ['/.env', '/sub/.htpasswd', '/a.key', '/a.html~', '/%23a.html%23'])
        assert.equal((await get(other, target)).body.toString(), 'SECRET', target);
      const { body } = await get(other, '/list/', { Accept: 'application/json' });
      assert.deepEqual(
        JSON.parse(String(body)).map(({ name }) => name),
        ['.x', 'certificate.pem', 'y.txt'],
      );
    });
  });
});

describe('links', () => {
  const link = (target, name) => fs.symlinkSync(target, site.path(name));
  fs.mkdirSync(site.path('links'));
  link('../hello.txt', 'links/file');
  link('../sub', 'links/folder');
  link('file', 'links/twice');
  link('loop', 'links/loop');
  link('nowhere', 'links/dangling');
  link('../../secret.txt', 'links/out');
  link('../..', 'links/up');
  link('/', 'links/slash');
  link(around.path('secret.txt'), 'links/absolute');
  link('/proc/self/environ', 'links/magic');
  link('../../site-secret', 'links/sibling');
  link('../../site/../secret.txt', 'links/winding');
  link(site.path('hello.txt'), 'links/absolute-in');
  link('../../site/sub', 'links/around');

  for (const [target, body] of [
    ['file', 'hello'],
    ['twice', 'hello'],
    ['folder/inner.txt', 'inner'],
    ['folder/../file', 'hello'],
    ['absolute-in', 'hello'],
    ['around/inner.txt', 'inner'],
    ['up/site/hello.txt', 'hello'],
  ]) {
    test(`${target} leads to a file of the folder`, async () => {
      assert.equal((await get(server, `/links/${target}`)).body.toString(), body);
    });
  }

  test('a link to a folder redirects to its slash', async () => {
    assert.equal((await get(server, '/links/folder')).fields.location, '/links/folder/');
  });

  test('a link shows nothing that is hidden under its own name, in no listing either', async () => {
    const own = makeSite({
      '.env': 'SECRET',
      '.git/config': 'SECRET',
      'keys/a.key': 'SECRET',
      'node_modules/.pnpm/a@1/a.js': 'shown',
    });
    for (const [target, name] of [
      ['.env', 'env.txt'],
      ['.git/config', 'config.txt'],
      ['.git', 'git'],
      ['keys/a.key', 'key.txt'],
      [own.path('.env'), 'absolute.txt'],
      ['env.txt', 'twice.txt'],
      ['.pnpm/a@1', 'node_modules/a'],
    ]) {
      fs.symlinkSync(target, own.path(name));
    }
    const hidden = ['env.txt', 'config.txt', 'git/config', 'git/', 'key.txt', 'absolute.txt'];
    await withServer({ root: own.root }, async (server) => {
      for (const name of [...hidden, 'twice.txt']) {
        const { status, body } = await get(server, `/${name}`);
        assert.equal(status, 404, name);
        assert.ok(!body.includes('SECRET'), name);
      }
      assert.equal((await get(server, '/node_modules/a/a.js')).body.toString(), 'shown');
      const { body } = await get(server, '/', { Accept: 'application/json' });
      const names = JSON.parse(String(body)).map(({ name }) => name);
      assert.deepEqual(names, ['keys', 'node_modules']);
    });
    await withServer({ root: own.root, args: ['--dotfiles'] }, async (server) => {
      for (const name of ['env.txt', 'config.txt', 'git/config', 'key.txt'])
        assert.equal((await get(server, `/${name}`)).body.toString(), 'SECRET', name);
    });
  });

  for (const target of ['loop', 'loop/', 'dangling', 'dangling/x']) {
    test(`${target} is 404`, async () =>
      assert.equal((await get(server, `/links/${target}`)).status, 404));
  }

  for (const target of [
    'out',
    'up',
    'up/',
    'up/secret.txt',
    'slash',
    'slash/etc/passwd',
    'absolute',
    'magic',
    'sibling',
    'sibling/secret.txt',
    'winding',
  ]) {
    test(`${target} leads out: 403`, async () => {
      const { status, body } = await get(server, `/links/${target}`);
      assert.equal(status, 403);
      assert.match(body.toString(), /leads out of the served folder.*--follow-symlinks/);
      assert.ok(!body.includes('SECRET'));
      const said =
        `liveserve: refused links/${target}, a link that leads out of the served folder: --follow-symlinks ` +
        'serves what it leads to';
      await until('a word about it', () => server.errors.includes(said));
    });
  }

  test('--follow-symlinks serves what they lead to, but opens no other way out', async () => {
    await withServer({ root: site.root, args: ['--follow-symlinks'] }, async (own) => {
      for (const target of ['out', 'up/secret.txt', 'absolute', 'sibling/secret.txt', 'winding'])
        assert.equal((await get(own, `/links/${target}`)).body.toString(), 'SECRET', target);
      assert.equal((await get(own, '/links/magic')).status, 200);
      for (const target of [
        '/../secret.txt',
        '/links/../../secret.txt',
        `/${around.root}/secret.txt`,
        '//etc/passwd',
      ])
        assert.notEqual((await get(own, target)).status, 200, target);
    });
  });

  test('a folder that becomes a link to the outside during requests', async () => {
    fs.mkdirSync(site.path('race'));
    site.write('race/secret.txt', 'harmless');
    const connection = await connect(server);
    for (let i = 0; i < 300; i++) {
      const swapped = i % 2 === 0;
      const sent = connection.send(request(server, '/race/secret.txt'));
      fs.renameSync(site.path('race'), site.path(swapped ? 'race-folder' : 'race-link'));
      if (swapped && i === 0) link('../site-secret', 'race');
      else fs.renameSync(site.path(swapped ? 'race-link' : 'race-folder'), site.path('race'));
      await sent;
      const { body } = await connection.answer();
      assert.ok(!body.includes('SECRET'));
    }
    connection.destroy();
  });
});

describe('what is not a regular file', () => {
  test('a FIFO is 404, at once', async () => {
    execFileSync('mkfifo', [site.path('fifo')]);
    assert.equal((await get(server, '/fifo')).status, 404);
  });

  test('a socket is 404', async () => {
    const listener = net.createServer();
    after(() => listener.close());
    await once(listener.listen(site.path('socket')), 'listening');
    assert.equal((await get(server, '/socket')).status, 404);
  });

  test(
    'a device is 404',
    { skip: process.getuid() !== 0 && 'needs root to make one' },
    async (t) => {
      try {
        execFileSync('mknod', [site.path('zero'), 'c', '1', '5'], { stdio: 'ignore' });
      } catch {
        t.skip('no devices can be made here');
        return;
      }
      assert.equal((await get(server, '/zero')).status, 404);
    },
  );

  test('an index.html that is a FIFO is ignored, and its descriptor is closed', async () => {
    site.write('odd/index.htm', 'the other index');
    execFileSync('mkfifo', [site.path('odd/index.html')]);
    const count = () => fs.readdirSync(`/proc/${server.pid}/fd`).length;
    await get(server, '/odd/');
    const before = count();
    for (let i = 0; i < 10; i++)
      assert.match((await get(server, '/odd/')).body.toString(), /the other index$/);
    assert.ok(count() < before + 5, `${before} descriptors, then ${count()}`);
  });
});

test(
  'a file without permission to read is 403, a folder without permission to enter too',
  { skip: process.getuid() !== 0 && 'needs root to become nobody' },
  async () => {
    const own = makeSite({
      'locked.txt': 'SECRET',
      'index.html': 'SECRET',
      'folder/x.txt': 'SECRET',
      'open.txt': 'open',
      nobody:
        '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "$LIVESERVE" "$@"\n',
    });
    fs.chmodSync(own.root, 0o755);
    fs.chmodSync(own.path('nobody'), 0o755);
    for (const name of ['locked.txt', 'index.html', 'folder']) fs.chmodSync(own.path(name), 0o600);
    await withServer({ root: own.root, binary: own.path('nobody') }, async (other) => {
      assert.equal((await get(other, '/open.txt')).status, 200);
      for (const target of ['/locked.txt', '/', '/index.html', '/folder/x.txt', '/folder/']) {
        const { status, body } = await get(other, target);
        assert.equal(status, 403, target);
        assert.ok(!body.includes('SECRET'));
      }
    });
  },
);
