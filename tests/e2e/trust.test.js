/**
 * `liveserve trust`: what it says and does, in home folders of the tests. The system's own store is left alone: with
 * --no-system, or because another user than root runs it. tests/browser/trust.test.js has the browsers.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { makeSite, run } from '../support/server.js';

/** A home folder with a Firefox profile and a database of Chromium, both without certificates. */
function makeHome() {
  const home = makeSite();
  const firefox = home.path('.mozilla/firefox/ab12.default');
  const chromium = home.path('.pki/nssdb');
  for (const folder of [firefox, chromium]) {
    fs.mkdirSync(folder, { recursive: true });
    execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
  }
  const authority = home.path('.local/share/liveserve/authority');
  const env = { HOME: home.root, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '' };
  return { home, firefox, chromium, authority, env };
}

/** Whether the browser with this database trusts an authority of ours. @param {string} folder */
const trusts = (folder) =>
  /^liveserve authority +C,, *$/m.test(
    execFileSync('certutil', ['-L', '-d', `sql:${folder}`], { encoding: 'utf8' }),
  );

const trust = (env, ...more) => run(['trust', '--no-system', ...more], { env });

describe('liveserve trust', () => {
  test('says each thing that it did, and --undo takes it back', () => {
    const { firefox, chromium, authority, env } = makeHome();
    const first = trust(env);
    assert.equal(first.stderr, '');
    assert.deepEqual(first.stdout.trimEnd().split('\n'), [
      `Made an authority of your own; its certificate is ${authority}/certificate.pem`,
      `Chromium and its relatives: trusts it now (${chromium})`,
      `Firefox profile ab12.default: trusts it now (${firefox})`,
      'Restart browsers that run. liveserve trust --undo takes it out again.',
    ]);
    assert.equal(first.code, 0);
    assert.ok(trusts(firefox) && trusts(chromium));

    const again = trust(env);
    assert.equal(again.code, 0);
    assert.match(
      again.stdout,
      /^Chromium .*: trusted it before \(.*\nFirefox .*: trusted it before \(.*\n$/,
    );

    const undone = trust(env, '--undo');
    assert.equal(undone.code, 0);
    assert.deepEqual(undone.stdout.trimEnd().split('\n'), [
      `Chromium and its relatives: removed (${chromium})`,
      `Firefox profile ab12.default: removed (${firefox})`,
      'Restart browsers that run. liveserve trust brings it back.',
    ]);
    assert.ok(!trusts(firefox) && !trusts(chromium));
    assert.match(
      trust(env, '--undo').stdout,
      /^Chromium .*: did not have it \(.*\nFirefox .*: did not have it/,
    );
  });

  test('a new authority takes the place of an old one', () => {
    const { firefox, authority, env } = makeHome();
    trust(env);
    fs.rmSync(authority, { recursive: true });
    assert.match(trust(env).stdout, /^Made an authority.*\n.*trusts it now/);
    const shown = execFileSync(
      'certutil',
      ['-L', '-d', `sql:${firefox}`, '-a', '-n', 'liveserve authority'],
      { encoding: 'utf8' },
    );
    const certificate = fs.readFileSync(`${authority}/certificate.pem`, 'utf8');
    assert.equal(shown.replace(/\r/g, '').trim(), certificate.trim());
  });

  test('--undo makes nothing', () => {
    const { home, authority, env } = makeHome();
    fs.rmSync(home.path('.pki'), { recursive: true });
    assert.equal(trust(env, '--undo').code, 0);
    assert.equal(fs.existsSync(authority), false);
    assert.equal(fs.existsSync(home.path('.pki')), false);
  });

  test('without certutil one line says what to install', () => {
    const { firefox, env } = makeHome();
    const { code, stdout, stderr } = trust({ ...env, PATH: '/none' });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^liveserve: browsers are told by certutil, which is not installed; install .*\n$/,
    );
    assert.match(stdout, /^Made an authority[^\n]*\n$/);
    assert.ok(!trusts(firefox));
  });

  test('a database that cannot be changed does not stop the others', () => {
    const { firefox, chromium, env } = makeHome();
    fs.writeFileSync(`${chromium}/cert9.db`, 'this is no database');
    const { code, stdout, stderr } = trust(env);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^liveserve: certutil cannot change .*nssdb: .*; end the browser and try again, or import .*\n$/,
    );
    assert.match(stdout, /^Firefox profile ab12\.default: trusts it now/m);
    assert.ok(trusts(firefox));
  });

  test('an authority that others may read is not trusted', () => {
    const { firefox, authority, env } = makeHome();
    trust(env);
    trust(env, '--undo');
    fs.chmodSync(`${authority}/key.pem`, 0o644);
    const { code, stdout, stderr } = trust(env);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
    assert.match(stderr, /^liveserve: other users may read .*\n$/);
    assert.ok(!trusts(firefox));
  });

  test('who is not root gets the command for the system’s store', (t) => {
    if (process.getuid() !== 0) return t.skip('only root can be another user');
    if (!fs.existsSync('/usr/sbin/update-ca-certificates')) return t.skip('not on this system');
    const home = makeSite();
    fs.chownSync(home.root, 65534, 65534);
    const env = { HOME: home.root, PATH: '/usr/bin' };
    const { code, stdout, stderr } = run(['trust'], {
      env,
      uid: 65534,
      gid: 65534,
      cwd: home.root,
    });
    assert.equal(code, 0, stderr);
    const certificate = home.path('.local/share/liveserve/authority/certificate.pem');
    assert.ok(
      stdout.includes(
        `is changed by root: sudo install -m 644 '${certificate}' ` +
          '/usr/local/share/ca-certificates/liveserve-65534.crt && sudo /usr/sbin/update-ca-certificates\n',
      ),
      stdout,
    );
    assert.equal(fs.existsSync('/usr/local/share/ca-certificates/liveserve-65534.crt'), false);
    const undone = run(['trust', '--undo'], { env, uid: 65534, gid: 65534, cwd: home.root });
    assert.doesNotMatch(undone.stdout, /sudo/); // it is not there
  });

  test('by sudo one line says whose authority it is', (t) => {
    if (process.getuid() !== 0) return t.skip('only root can have used sudo');
    const { env } = makeHome();
    const { code, stderr } = trust({ ...env, SUDO_USER: 'ada' });
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^liveserve: this is for the authority of root, .* run it without sudo\n$/,
    );
    assert.equal(trust({ ...env, SUDO_USER: 'root' }).stderr, '');
  });

  test('no home folder, and a wrong command line', () => {
    const nowhere = trust({ HOME: '', XDG_DATA_HOME: '' });
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /^liveserve: --https has no folder to keep its keys in: .*\n$/);
    const wrong = run(['trust', '--all']);
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.stderr,
      /^liveserve: trust has no option --all; see liveserve trust --help\n$/,
    );
    const help = run(['help', 'trust']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage: liveserve trust \[--undo\] \[--no-system\]\n/);
  });
});
