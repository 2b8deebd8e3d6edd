/**
 * `liveserve wire FILE` prints what tshark 4.0.17 prints. The captures and its text are in fixtures/; compare.js
 * makes them.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeSite, run } from '../support/server.js';

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures');
const read = (/** @type {string} */ name) => fs.readFileSync(path.join(fixtures, name));
const names = fs
  .readdirSync(fixtures)
  .filter((name) => name.endsWith('.pcapng'))
  .map((name) => name.slice(0, -'.pcapng'.length));

describe('liveserve wire prints what tshark prints:', () => {
  assert.ok(names.length > 40, 'the captures are there');
  for (const name of names) {
    test(name, () => {
      const { code, stdout, stderr } = run(['wire', path.join(fixtures, `${name}.pcapng`)]);
      assert.deepEqual(stdout.split('\n'), read(`${name}.txt`).toString().split('\n'));
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }
});

describe('liveserve wire says in one sentence that', () => {
  const site = makeSite({ 'folder/file': '', 'page.html': '<p>page', 'empty.pcapng': '' });
  const whole = read('two_answers.pcapng');
  const rows = read('two_answers.txt').toString();
  site.write('cut.pcapng', whole.subarray(0, whole.length - 20));
  site.write('old.pcap', Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'));
  const damaged = Buffer.concat([whole, Buffer.from('0600000003000000', 'hex')]);
  site.write('damaged.pcapng', damaged);

  const fails = (/** @type {string[]} */ ...args) => {
    const { code, stdout, stderr } = run(['wire', ...args]);
    assert.match(stderr, /^liveserve: [^\n]+\n$/);
    return { code, stdout, stderr };
  };

  test('there is no such file', () => {
    const { code, stderr } = fails(site.path('none.pcapng'));
    assert.equal(code, 1);
    assert.match(stderr, /cannot open ".*none\.pcapng": No such file; see if the path is right\n$/);
  });

  test('it may not be read', { skip: process.getuid() === 0 && 'root may read all files' }, () => {
    site.write('closed.pcapng', whole);
    fs.chmodSync(site.path('closed.pcapng'), 0);
    const { code, stderr } = fails(site.path('closed.pcapng'));
    assert.equal(code, 1);
    assert.match(stderr, /": you may not read it; its owner can give you the right with chmod\n$/);
  });

  test('its path goes through a file, or it is a device', () => {
    for (const [name, words] of [
      [site.path('page.html/x.pcapng'), 'Not a directory'],
      ['/dev/null', 'it is not a plain file'],
    ]) {
      const { code, stderr } = fails(name);
      assert.equal(code, 1);
      assert.ok(stderr.endsWith(`": ${words}; give the path of a pcapng file\n`), stderr);
    }
  });

  test('it cannot be read', () => {
    const { code, stderr } = fails('/proc/self/mem');
    assert.equal(code, 1);
    assert.match(stderr, /cannot read "\/proc\/self\/mem": .*; give the path of a pcapng file\n$/);
  });

  test('it is a folder, and no server of it runs', () => {
    const { code, stderr } = fails(site.path('folder'));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /no liveserve of yours serves .*folder"; start one with: liveserve --wire/,
    );
  });

  for (const name of ['page.html', 'empty.pcapng']) {
    test(`it is no capture: ${name}`, () => {
      const { code, stdout, stderr } = fails(site.path(name));
      assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
      assert.match(stderr, /is no pcapng file; give a capture that/);
    });
  }

  test('it is of the older format, and what converts it', () => {
    assert.match(fails(site.path('old.pcap')).stderr, /older format pcap.*editcap -F pcapng/);
  });

  test('it is cut off; the packets before that are printed', () => {
    const { code, stdout, stderr } = fails(site.path('cut.pcapng'));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /is cut off in the middle of a packet; only the packets before that are shown, so save it/,
    );
    assert.deepEqual(stdout.split('\n').slice(0, -1), rows.split('\n').slice(0, -2));
  });

  test('it is damaged; the packets before that are printed', () => {
    const { code, stdout, stderr } = fails(site.path('damaged.pcapng'));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /is damaged: a block has a wrong length; only the packets before that are shown, so save it/,
    );
    assert.equal(stdout, rows);
  });

  /** @type {[string[], RegExp][]} */
  const wrong = [
    [['--nonsense'], /wire has no option --nonsense; see liveserve wire --help/],
    [['--explain', '--nonsense'], /wire has no option --nonsense; see liveserve wire --help/],
    [['a', 'b'], /wire: one file is enough; "b" is one too many/],
    [['a', '--explain=yes'], /wire: --explain takes no value; leave out .* in --explain=yes/],
    [['a', '--report'], /wire: --report needs a file, such as --report=report\.html/],
    [['a', '--report-language'], /wire: --report-language needs a language; give en or zh/],
    [['--report=r.html'], /wire: --report needs a capture file; for a running server, use Report/],
    [[site.path('folder'), '--report=r.html'], /wire: --report needs a capture file; for/],
    [['--report-language=zh'], /wire: --report-language needs a capture file; leave it out/],
  ];
  for (const [args, words] of wrong) {
    test(`the command line is wrong: ${args.join(' ').replace(site.root, '')}`, () => {
      const { code, stdout, stderr } = fails(...args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, words);
    });
  }
});

test('liveserve wire --help says how it is used', () => {
  for (const args of [['--help'], ['-h'], ['any.pcapng', '--help']]) {
    const { code, stdout } = run(['wire', ...args]);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: liveserve wire FILE\.pcapng \[OPTIONS\]\n/);
  }
});
