/**
 * `--https` without a certificate: an authority of the user's own is made, and signs for what browsers ask for.
 */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import tls from 'node:tls';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { connect, request } from '../support/http.js';
import { inTime, makeSite, run, until } from '../support/server.js';
import { connectTls } from '../support/tls.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index' });

/** A home folder of its own, and where the authority is in it. */
function makeHome() {
  const home = makeSite();
  const folder = home.path('.local/share/liveserve/authority');
  return {
    home,
    env: { HOME: home.root },
    folder,
    key: `${folder}/key.pem`,
    certificate: `${folder}/certificate.pem`,
  };
}

/** Nothing but what is said when the authority is made. */
const complaints = /made an authority of your own for --https/;

/** @param {string} pem */
const parse = (pem) => new crypto.X509Certificate(fs.readFileSync(pem));

/**
 * The certificate that the server sends to a client that asks for this name at this address.
 *
 * @param {{port: number}} server
 * @param {{host?: string, servername?: string}} [asks]
 */
async function certificateOf(server, { host = '127.0.0.1', servername } = {}) {
  const socket = tls.connect({ port: server.port, host, servername, rejectUnauthorized: false });
  await inTime(
    new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject)),
    () => 'a TLS handshake',
  );
  const certificate = new crypto.X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  return certificate;
}

/** @param {string[]} args */
function curl(...args) {
  return new Promise((resolve) => {
    execFile(
      'curl',
      ['-sS', '--noproxy', '*', '--max-time', '60', ...args],
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('--https without a certificate', () => {
  test('makes an authority, whose certificate is all that curl and openssl need', async () => {
    const { env, folder, key, certificate } = makeHome();
    await withServer({ root: site.root, args: ['--https'], env, complaints }, async (server) => {
      await until('a line', () => server.errors.length === 1);
      assert.ok(server.errors[0].includes(certificate), server.errors[0]);
      for (const url of [
        `https://localhost:${server.port}/`,
        `https://127.0.0.1:${server.port}/`,
      ]) {
        const { code, stdout, stderr } = await curl('--cacert', certificate, url);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /<p>index$/);
      }
      const { status, stdout } = spawnSync(
        'openssl',
        // prettier-ignore
        ['s_client', '-connect', `127.0.0.1:${server.port}`, '-servername', 'localhost', '-CAfile', certificate,
          '-no-CApath', '-verify_return_error', '-verify_hostname', 'localhost', '-x509_strict'],
        { input: '', encoding: 'utf8', timeout: 60000 },
      );
      assert.equal(status, 0, stdout);
      assert.match(stdout, /Verify return code: 0 \(ok\)/);
    });
    assert.equal(fs.statSync(key).mode & 0o777, 0o600);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    assert.doesNotMatch(fs.readFileSync(certificate, 'utf8'), /PRIVATE/);
  });

  test('the authority counts for nothing in the internet, and stays the same', async () => {
    const { env, certificate } = makeHome();
    const args = ['--https'];
    /** @type {string} */
    let before;
    await withServer({ root: site.root, args, env, complaints }, () => {
      before = fs.readFileSync(certificate, 'utf8');
      const { stdout } = spawnSync('openssl', ['x509', '-in', certificate, '-noout', '-text'], {
        encoding: 'utf8',
      });
      assert.match(stdout, /X509v3 Name Constraints: critical\n +Permitted:\n +DNS:localhost\n/);
      assert.match(stdout, /X509v3 Basic Constraints: critical\n +CA:TRUE, pathlen:0\n/);
      assert.match(stdout, /X509v3 Extended Key Usage: \n +TLS Web Server Authentication\n/);
      assert.match(stdout, /NIST CURVE: P-256/);
    });
    // No word is said any more.
    await withServer({ root: site.root, args, env }, async (server) => {
      assert.equal(fs.readFileSync(certificate, 'utf8'), before);
      const leaf = await certificateOf(server);
      assert.ok(leaf.verify(parse(certificate).publicKey));
      const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86400000;
      assert.ok(days > 20 && days < 60, `${days} days`);
    });
  });

  test('the certificate has this machine’s names and addresses, and those that were allowed', () => {
    const { env, certificate } = makeHome();
    const args = [
      '--https',
      '--lan',
      '--allowed-host=shop.test',
      '--allowed-host=.dev.test',
      '--allowed-host=shop.example.com',
    ];
    const elsewhere =
      /made an authority|is not for "shop\.example\.com": .* --cert=FILE|is one of the internet/;
    return withServer({ root: site.root, args, env, complaints: elsewhere }, async (server) => {
      await until('a line', () =>
        server.errors.some((line) => line.includes('"shop.example.com"')),
      );
      const leaf = await certificateOf(server);
      const names = leaf.subjectAltName;
      for (const name of ['DNS:localhost', 'DNS:shop.test', 'IP Address:127.0.0.1'])
        assert.ok(names.includes(name), names);
      assert.ok(leaf.checkHost(`${os.hostname().split('.')[0]}.local`) !== undefined, names);
      assert.equal(leaf.checkIP('::1'), '::1');
      for (const name of ['dev.test', 'a.dev.test']) assert.ok(leaf.checkHost(name), names);
      assert.equal(leaf.checkHost('a.shop.test'), undefined);
      assert.doesNotMatch(names, /example\.com/);
      const addresses = Object.values(os.networkInterfaces())
        .flat()
        .filter(({ internal, family, address }) => !internal && family === 'IPv4' && address);
      for (const { address } of addresses) {
        if (server.errors.some((line) => line.includes(`not for ${address},`))) continue;
        assert.equal(leaf.checkIP(address), address, names);
        const { code, stderr } = await curl(
          '--cacert',
          certificate,
          `https://${address}:${server.port}/`,
        );
        assert.equal(code, 0, stderr);
      }
    });
  });

  test('names below localhost and other loopback addresses get a certificate when they are asked for', () => {
    const { env, certificate } = makeHome();
    return withServer(
      { root: site.root, args: ['--https', '--host=0.0.0.0'], env, complaints },
      async (server) => {
        for (const name of ['app.localhost', 'a.b.localhost']) {
          const to = [
            '--resolve',
            `${name}:${server.port}:127.0.0.1`,
            `https://${name}:${server.port}/`,
          ];
          const { code, stderr } = await curl('--cacert', certificate, ...to);
          assert.equal(code, 0, stderr);
        }
        const { code, stderr } = await curl(
          '--cacert',
          certificate,
          `https://127.0.0.9:${server.port}/`,
        );
        assert.equal(code, 0, stderr);
        // What another machine could be called is in no certificate.
        for (const servername of ['bank.example', 'x.localhost.example.com', 'localhost.'])
          assert.doesNotMatch(
            (await certificateOf(server, { servername })).subjectAltName,
            /example|localhost\./,
          );
      },
    );
  });

  test('several servers that start at once have one authority', async () => {
    const { env, certificate } = makeHome();
    /** @param {import('../support/server.js').Server} server */
    const isOurs = async (server) => {
      assert.ok((await certificateOf(server)).verify(parse(certificate).publicKey));
    };
    const sites = [1, 2, 3].map(() => makeSite({ 'index.html': 'x' }));
    await Promise.all(
      sites.map(({ root }) => withServer({ root, args: ['--https'], env, complaints }, isOurs)),
    );
  });

  test('the key of the authority is in the signer’s memory and not in the server’s', (t) => {
    const { env, key } = makeHome();
    return withServer({ root: site.root, args: ['--https'], env, complaints }, async (server) => {
      await certificateOf(server, { servername: 'app.localhost' });
      const children = fs.readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
      const signer = children
        .split(' ')
        .find((pid) => pid && fs.readFileSync(`/proc/${pid}/comm`, 'utf8') === 'liveserve-sign\n');
      assert.ok(signer, children);
      const { d } = crypto.createPrivateKey(fs.readFileSync(key)).export({ format: 'jwk' });
      const secret = Buffer.from(d, 'base64url');
      // OpenSSL has the number with its low bytes first.
      const forms = [secret, Buffer.from(secret).reverse()];
      const inSigner = hasInMemory(signer, forms);
      if (inSigner === undefined) return t.skip('memory of other processes cannot be read');
      assert.equal(inSigner, true);
      assert.equal(hasInMemory(server.pid, forms), false);
    });
  });

  test('plain HTTP to the same port is sent to HTTPS', () => {
    const { env, certificate } = makeHome();
    return withServer({ root: site.root, args: ['--https'], env, complaints }, async (server) => {
      const { code, stdout } = await curl(
        '-L',
        '--cacert',
        certificate,
        `http://localhost:${server.port}/`,
      );
      assert.equal(code, 0);
      assert.match(stdout, /<p>index$/);
    });
  });

  test('without its signer, a server goes on with what it has', () => {
    const { env, certificate } = makeHome();
    const said = /made an authority|process that signs certificates for --https has ended; restart/;
    return withServer(
      { root: site.root, args: ['--https'], env, complaints: said },
      async (server) => {
        const children = fs.readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
        for (const pid of children.split(' ').filter(Boolean))
          if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8') === 'liveserve-sign\n')
            process.kill(Number(pid), 'SIGKILL');
        const { subjectAltName } = await certificateOf(server, { servername: 'late.localhost' });
        assert.doesNotMatch(subjectAltName, /late/);
        const connection = await connectTls(server, certificate);
        connection.send(request(server, '/'));
        assert.equal((await connection.answer()).status, 200);
        connection.destroy();
        const count = () => server.errors.filter((line) => line.includes('has ended')).length;
        await until('a line', () => count() === 1);
      },
    );
  });
});

/**
 * Whether one of these texts is in the process's memory; undefined when that may not be read.
 *
 * @param {number | string} pid
 * @param {Buffer[]} forms
 */
function hasInMemory(pid, forms) {
  /** @type {number} */
  let memory;
  try {
    memory = fs.openSync(`/proc/${pid}/mem`, 'r');
  } catch {
    return undefined;
  }
  try {
    return regionsOf(pid).some(([from, to]) => {
      const bytes = readRegion(memory, from, to);
      return forms.some((form) => bytes.includes(form));
    });
  } finally {
    fs.closeSync(memory);
  }
}

const REGION_MAX = 256 * 1024 * 1024; // The shadow memory of a sanitizer is larger.

/**
 * @param {number | string} pid
 * @returns {[number, number][]}
 */
function regionsOf(pid) {
  return fs
    .readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .filter(Boolean)
    .map(([, from, to]) => /** @type {[number, number]} */ ([parseInt(from, 16), parseInt(to, 16)]))
    .filter(([from, to]) => to - from <= REGION_MAX);
}

/**
 * @param {number} memory
 * @param {number} from
 * @param {number} to
 */
function readRegion(memory, from, to) {
  const bytes = Buffer.alloc(to - from);
  let length = 0;
  try {
    for (let count = 1; count > 0 && length < bytes.length; length += count)
      count = fs.readSync(
        memory,
        bytes,
        length,
        Math.min(1 << 20, bytes.length - length),
        from + length,
      );
  } catch {
    // The kernel keeps some regions for itself.
  }
  return bytes.subarray(0, length);
}

const own = Object.values(os.networkInterfaces())
  .flat()
  .filter(({ family, internal }) => family === 'IPv4' && !internal)
  .map(({ address }) => address);

describe('phones', { skip: own.length ? false : 'this machine is in no network' }, () => {
  /** What is answered by plain HTTP at the address that is printed. */
  async function getPlain(server, url, target, fields = {}) {
    const { hostname, port } = new URL(url);
    const connection = await connect(server, hostname);
    connection.send(request(server, target, { Host: `${hostname}:${port}`, ...fields }));
    const answer = await connection.answer();
    connection.destroy();
    return answer;
  }

  const args = ['--https', '--lan'];
  const said = /made an authority|is one of the internet|refused a request|evil\.example/;

  test('get the certificate by plain HTTP, and nothing else', () => {
    const { env, certificate } = makeHome();
    return withServer({ root: site.root, args, env, complaints: said }, async (server) => {
      const [, url] = await server.waitForLine(
        /^ {2}Phone +(http:\/\/[\d.]+:\d+\/__liveserve\/phone) /,
      );
      await server.waitForLine(/Stop/);
      const at = server.lines.findIndex((line) => line.includes(url));
      const shown = server.lines
        .slice(at + 1, at + 3)
        .join(' ')
        .replace('SHA-256', '')
        .replace(/ /g, '');
      const { raw, fingerprint256 } = parse(certificate);
      assert.equal(shown, fingerprint256.replace(/:/g, '').toLowerCase());

      const page = await getPlain(server, url, '/__liveserve/phone');
      assert.equal(page.status, 200);
      const html = page.body.toString();
      const { hostname, port } = new URL(url);
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
      assert.deepEqual(links, [
        '/__liveserve/authority.cer',
        '/__liveserve/authority.crt',
        `https://${hostname}:${port}/`,
      ]);
      for (const link of links.slice(0, 2)) {
        const { status, fields, body } = await getPlain(server, url, link);
        assert.equal(status, 200);
        assert.equal(fields['content-type'], 'application/x-x509-ca-cert');
        assert.ok(body.equals(raw));
      }
      // With it the phone can open the site.
      const { code, stderr } = await curl('--cacert', certificate, links[2]);
      assert.equal(code, 0, stderr);

      for (const target of ['/', '/index.html', '/__liveserve/client.js', '/__liveserve/key.pem'])
        assert.equal((await getPlain(server, url, target)).status, 308, target);
      const evil = { Host: 'evil.example' };
      assert.equal((await getPlain(server, url, '/__liveserve/phone', evil)).status, 403);
    });
  });

  test('are told in JSON, too', () => {
    const { env, certificate } = makeHome();
    const options = { root: site.root, args: [...args, '--log-format=json'], env, complaints: /./ };
    const open = /"url":"(https:[^"]*)"/;
    return withServer({ ...options, open }, (server) => {
      const line = server.lines.find((text) => text.includes('"event":"start"'));
      const { phone, network, fingerprint } = JSON.parse(line);
      assert.equal(phone, `${network.replace('https', 'http')}__liveserve/phone`);
      assert.equal(fingerprint, parse(certificate).fingerprint256.replace(/:/g, '').toLowerCase());
    });
  });

  test('get nothing without --lan, or with a certificate of the user’s own', async () => {
    const { env, certificate } = makeHome();
    await withServer(
      { root: site.root, args: ['--https'], env, complaints: said },
      async (server) => {
        const url = `http://localhost:${server.port}/__liveserve/phone`;
        const { stdout } = await curl('-o', '/dev/null', '-w', '%{http_code}', url);
        assert.equal(stdout, '308');
        assert.equal(
          (await curl('--cacert', certificate, '-f', url.replace('http', 'https'))).code,
          22,
        );
      },
    );
    const { cert, key } = makeCertificate();
    const given = [...args, `--cert=${cert}`, `--key=${key}`];
    await withServer({ root: site.root, args: given, env, complaints: said }, async (server) => {
      await server.waitForLine(/Stop/);
      assert.ok(!server.lines.some((line) => line.includes('Phone')));
      const url = `http://localhost:${server.port}/__liveserve/phone`;
      const { stdout } = await curl('-o', '/dev/null', '-w', '%{http_code}', url);
      assert.equal(stdout, '308');
    });
  });
});

describe('an authority that is not as it should be', () => {
  /** @type {[string, (place: ReturnType<typeof makeHome>) => void, RegExp][]} */
  const rows = [
    [
      'a key that is broken',
      ({ key }) => fs.writeFileSync(key, 'nonsense'),
      /key\.pem holds no key with the certificate of an authority; remove it with: rm -r '[^']*'; the next start/,
    ],
    [
      'a key that others may read',
      ({ key }) => fs.chmodSync(key, 0o644),
      /other users may read \S+key\.pem, .*: chmod 600 '/,
    ],
    [
      'a folder that others may write to',
      ({ folder }) => fs.chmodSync(folder, 0o777),
      /authority is not used: it and the folder that it lies in must belong to you/,
    ],
    [
      'a link in place of the key',
      ({ key, certificate }) => {
        fs.rmSync(key);
        fs.symlinkSync(certificate, key);
      },
      /cannot read \S+key\.pem, the key for --https: .*; see if/,
    ],
    [
      'a file in place of the folder',
      ({ folder }) => {
        fs.rmSync(folder, { recursive: true });
        fs.writeFileSync(folder, '');
      },
      /cannot read \S+key\.pem, the key for --https: Not a directory/,
    ],
  ];
  for (const [what, spoil, sentence] of rows) {
    test(`${what}: one sentence and exit code 2`, async () => {
      const place = makeHome();
      await withServer(
        { root: site.root, args: ['--https'], env: place.env, complaints },
        () => {},
      );
      spoil(place);
      const { code, stdout, stderr } = run(['--port=0', '--https', site.root], { env: place.env });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }

  test('a folder that cannot be written to: one sentence and exit code 2', (t) => {
    if (process.getuid() !== 0) return t.skip('only root can be another user');
    const { home, env } = makeHome();
    fs.chmodSync(home.root, 0o755);
    const theirs = makeSite({ 'index.html': 'x' });
    fs.chownSync(theirs.root, 65534, 65534);
    const user = { uid: 65534, gid: 65534, cwd: theirs.root };
    const { code, stderr } = run(['--port=0', '--https', theirs.root], { env, ...user });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^liveserve: cannot (write to|read) [^\n]*authority[^\n]*: Permission denied; [^\n]+\n$/,
    );
  });

  test('no home folder: one sentence and exit code 2', () => {
    const { code, stderr } = run(['--port=0', '--https', site.root], { env: { HOME: '' } });
    assert.equal(code, 2);
    assert.match(stderr, /^liveserve: --https has no folder to keep its keys in: [^\n]+\n$/);
  });

  test('a certificate of the user’s own needs no authority', async () => {
    const { env, folder } = makeHome();
    const { code, stderr } = run(['--port=0', '--https', '--cert=none.pem', site.root], { env });
    assert.equal(code, 2);
    assert.match(stderr, /--cert needs --key as well/);
    assert.equal(fs.existsSync(folder), false);
  });

  test('a port that is closed again makes no sound', () => {
    const { env } = makeHome();
    return withServer({ root: site.root, args: ['--https'], env, complaints }, async (server) => {
      const socket = net.connect(server.port, '127.0.0.1');
      await inTime(new Promise((resolve) => socket.once('connect', resolve)), () => 'a connection');
      socket.destroy();
      assert.ok(await certificateOf(server));
    });
  });
});
