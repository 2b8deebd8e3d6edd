/**
 * `liveserve trust`: real browsers with fresh profiles open the pages of `liveserve --https` without a warning, and
 * refuse them before and after.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';

import { inTime, makeSite, run } from '../support/server.js';
import { withServer } from '../support/with_server.js';
import { launch, makeHome } from './browser.js';

/** @typedef {import('./browser.js').BrowserName} BrowserName */

const site = makeSite({ 'index.html': '<!doctype html><title>it is here</title><p>index' });
const complaints = /made an authority of your own|is one of the internet/;

/** What a new Firefox has made of its profile when it has started once. @param {string} home */
function makeFirefoxProfile(home) {
  const profile = path.join(home, '.mozilla', 'firefox', 'fresh.default');
  fs.mkdirSync(profile, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${profile}`, '--empty-password']);
  return profile;
}

/**
 * What a browser with a fresh start says of each URL: the title of the page, or the error.
 *
 * @param {BrowserName} name
 * @param {import('./browser.js').LaunchOptions} options
 * @param {string[]} urls
 */
async function visit(name, options, urls) {
  const browser = await launch(name, { ...options, trustsAll: false });
  try {
    const titles = [];
    for (const url of urls) {
      const page = await browser.newPage();
      const title = page
        .goto(url, { waitUntil: 'domcontentloaded' })
        .then(() => page.title())
        .catch((error) => error.message);
      titles.push(await inTime(title, () => `${name} at ${url}`, 60000));
      await page.close();
    }
    return titles;
  } finally {
    await browser.close();
  }
}

const REFUSED = /ERR_CERT_AUTHORITY_INVALID|SEC_ERROR_UNKNOWN_ISSUER|insecure|MOZILLA_PKIX/i;

for (const name of /** @type {BrowserName[]} */ (['chromium', 'firefox'])) {
  describe(`${name} and liveserve trust`, () => {
    test('a fresh profile opens the pages, and no longer after --undo', async () => {
      const home = makeHome(name);
      const profile = name === 'firefox' ? makeFirefoxProfile(home) : path.join(home, 'profile');
      const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '' };
      const args = ['--https', '--lan'];
      await withServer({ root: site.root, args, env, complaints }, async (server) => {
        const address = Object.values(os.networkInterfaces())
          .flat()
          .find(
            ({ internal, family, address: text }) => !internal && family === 'IPv4' && isOurs(text),
          );
        const hosts = [
          'localhost',
          '127.0.0.1',
          'app.localhost',
          ...(address ? [address.address] : []),
        ];
        const urls = hosts.map((host) => `https://${host}:${server.port}/`);
        const first = urls.slice(0, 1);

        assert.match((await visit(name, { home, profile }, first))[0], REFUSED);
        const { code, stdout, stderr } = run(['trust', '--no-system'], { env });
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        assert.match(stdout, name === 'firefox' ? /^Firefox profile fresh/m : /^Chromium and its/m);
        assert.deepEqual(
          await visit(name, { home, profile }, urls),
          urls.map(() => 'it is here'),
        );
        assert.equal(run(['trust', '--undo', '--no-system'], { env }).code, 0);
        assert.match((await visit(name, { home, profile }, first))[0], REFUSED);
      });
    });
  });
}

/** A certificate for this name, signed with the key of the authority in home. @param {string} home @param {string} name */
function signFor(home, name) {
  const authority = path.join(home, '.local/share/liveserve/authority/key.pem');
  const [key, csr, cert, extensions] = ['key', 'csr', 'cert', 'txt'].map((end) =>
    path.join(home, `${name}.${end}`),
  );
  const openssl = (/** @type {string[]} */ ...args) =>
    execFileSync('openssl', args, { stdio: 'pipe' });
  fs.writeFileSync(extensions, `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\n`);
  // prettier-ignore
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
    '-subj', '/CN=stolen', '-out', csr);
  // prettier-ignore
  openssl('x509', '-req', '-in', csr, '-CA', authority, '-CAkey', authority, '-CAcreateserial', '-days', '5',
    '-extfile', extensions, '-out', cert);
  return { cert, key };
}

for (const name of /** @type {BrowserName[]} */ (['chromium', 'firefox'])) {
  test(`${name} believes whoever has the authority’s key no name of the internet`, async () => {
    const home = makeHome(name);
    const profile = name === 'firefox' ? makeFirefoxProfile(home) : path.join(home, 'profile');
    const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '' };
    const hosts = ['shop.test', 'bank.example'];
    assert.equal(run(['trust', '--no-system'], { env }).code, 0);
    const titles = [];
    for (const host of hosts) {
      const { cert, key } = signFor(home, host);
      const args = ['--https', `--cert=${cert}`, `--key=${key}`, `--allowed-host=${host}`];
      await withServer({ root: site.root, args, env }, async (server) => {
        const url = `https://${host}:${server.port}/`;
        titles.push(...(await visit(name, { home, profile, loopbackNames: hosts }, [url])));
      });
    }
    assert.equal(titles[0], 'it is here'); // so it is the name that is refused
    assert.match(titles[1], /ERR_CERT|SEC_ERROR_CERT_NOT_IN_NAME_SPACE|MOZILLA_PKIX|insecure/i);
  });
}

/** An address of the internet is in no certificate of ours. @param {string} address */
function isOurs(address) {
  return /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|192\.0\.2)\./.test(address);
}
