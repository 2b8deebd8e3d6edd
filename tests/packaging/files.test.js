/** What packages are made from: the same version everywhere, a licence for each part, and scripts without faults. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeSite } from '../support/server.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const read = (name) => fs.readFileSync(path.join(repository, name), 'utf8');
const lines = (name) =>
  read(name)
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

describe('versions', () => {
  const [, version] = /^ {2}VERSION ([\d.]+)$/m.exec(read('CMakeLists.txt'));
  const rows = {
    'packaging/arch/PKGBUILD': /^pkgver=(.*)$/m,
    'packaging/alpine/APKBUILD': /^pkgver=(.*)$/m,
    'packaging/nix/flake.nix': /\bversion = "(.*)"/,
  };
  for (const [name, pattern] of Object.entries(rows))
    test(`${name} has that of CMakeLists.txt`, () => {
      assert.equal(pattern.exec(read(name))?.[1], version);
    });
});

describe('the ways to install it', () => {
  /** What the rows of a table say to type, by what it is installed as. */
  const waysOf = (text) =>
    new Map(
      [...text.matchAll(/^\| ([^|]+) \| `([^`]+)` \|/gm)]
        .map(([, as, command]) => /** @type {[string, string]} */ ([as, command]))
        .filter(([, command]) => /^(PLATFORMS=x64 )?\.\/dev |^cmake /.test(command)),
    );
  const [, section] = /^## Install\n(.*?)^## /ms.exec(read('README.md'));
  const ways = waysOf(section);

  test('README.md and doc/install.md name the same ones', () => {
    assert.equal(ways.size, 6);
    assert.deepEqual(waysOf(read('doc/install.md')), ways);
  });

  test('each names what ./dev package makes', () => {
    const made = {
      deb: 'liveserve_0.1.0-1_amd64.deb',
      tar: 'liveserve-0.1.0-linux-x64.tar.gz',
      npm: 'liveserve-linux-x64-0.1.0.tgz',
      vsix: 'liveserve-0.1.0.vsix',
    };
    const others = Object.values(made);
    for (const [kind, file] of Object.entries(made)) {
      const command = [...ways.values()].find((way) => way.includes(`./dev package ${kind} `));
      const [, glob] = /build\/packages\/(\S+)/.exec(command);
      const pattern = new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      assert.deepEqual(
        others.filter((one) => pattern.test(one)),
        [file],
      );
      assert.ok(!pattern.test('liveserve-0.1.0-source.tar.gz'));
    }
  });
});

describe('what is inside', () => {
  const parts = lines('packaging/licences.tsv').map((line) => line.split('\t'));

  test('NOTICE names every library and its licence', () => {
    const notice = read('NOTICE').toLowerCase();
    for (const [, name, licence] of parts) {
      assert.ok(notice.includes(name.toLowerCase()), name);
      assert.ok(notice.includes(licence.toLowerCase()), licence);
    }
  });

  test('every pinned source is a part, and has a licence', () => {
    const pinned = lines('packaging/sources.sha256').map((line) => / {2}([^_]+)_/.exec(line)[1]);
    assert.ok(pinned.length > 5);
    // cmocka is only for tests.
    for (const source of pinned.filter((name) => name !== 'cmocka'))
      assert.ok(
        parts.some(([known]) => known === source),
        source,
      );
  });

  /** What sbom.mjs makes of these versions of libraries of the distribution. */
  function sbom(...versions) {
    const site = makeSite({ from_distribution: `${versions.join('\n')}\n` });
    const script = path.join(repository, 'packaging/sbom.mjs');
    const args = [script, '1.2.3', '86400', site.path('from_distribution')];
    return spawnSync('node', args, { encoding: 'utf8' });
  }
  const FROM_DISTRIBUTION = ['nghttp2', 'pcre2', 'brotli', 'libzstd', 'zlib', 'xxhash'];

  test('the SPDX document has every part, with its version, licence and relation', () => {
    const { stdout, stderr } = sbom(
      ...[...FROM_DISTRIBUTION, 'musl'].map((name) => `${name} 1:2~3-4`),
    );
    assert.equal(stderr, '');
    const document = JSON.parse(stdout);
    assert.equal(document.spdxVersion, 'SPDX-2.3');
    assert.equal(document.creationInfo.created, '1970-01-02T00:00:00Z');
    const [own, ...others] = document.packages;
    assert.deepEqual(
      [own.name, own.versionInfo, own.licenseDeclared],
      ['liveserve', '1.2.3', 'MIT'],
    );
    assert.deepEqual(
      others.map(({ name, licenseDeclared }) => [name, licenseDeclared]),
      parts.map(([, name, licence]) => [name, licence]),
    );
    const found = new Map(others.map(({ SPDXID, versionInfo }) => [SPDXID, versionInfo]));
    assert.equal(found.get('SPDXRef-zlib'), '1:2~3-4');
    // The name of the .dsc file has the version with Debian's own number, where there is one.
    assert.match(found.get('SPDXRef-cjson'), /^[\d.]+-\d/);
    assert.match(found.get('SPDXRef-openssl'), /^\d+\.\d+\.\d+$/);
    const linked = document.relationships
      .filter(({ relationshipType }) => relationshipType === 'STATIC_LINK')
      .map(({ relatedSpdxElement }) => relatedSpdxElement);
    assert.deepEqual(linked, [...found.keys()]);
  });

  test('musl is a part only where a program for it was made', () => {
    const { stdout, stderr } = sbom(...FROM_DISTRIBUTION.map((name) => `${name} 1`));
    assert.equal(stderr, '');
    const names = JSON.parse(stdout).packages.map(({ name }) => name);
    assert.ok(names.includes('zlib') && !names.includes('musl'), `${names}`);
  });

  test('a part whose version is not known is an error', () => {
    const { status, stdout, stderr } = sbom(
      ...FROM_DISTRIBUTION.slice(1).map((name) => `${name} 1`),
    );
    assert.notEqual(status, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /sbom: nothing says which version of nghttp2 is in the program/);
  });
});

describe('scripts', () => {
  const scripts = execFileSync('git', ['grep', '-lE', '^#!/(bin/|usr/bin/env )(ba)?sh'], {
    cwd: repository,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((name) => name && !/\.(md|js|mjs|c)$/.test(name));
  const packages = ['packaging/arch/PKGBUILD', 'packaging/alpine/APKBUILD'];
  const skip = spawnSync('shellcheck', ['--version']).error ? 'shellcheck is not there' : false;

  test('shellcheck finds no fault', { skip }, () => {
    assert.ok(scripts.includes('dev') && scripts.includes('packaging/package'), `${scripts}`);
    const { status, stdout } = spawnSync('shellcheck', [...scripts, ...packages], {
      cwd: repository,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
  });

  /** @type {[string, string[], RegExp][]} */
  const rows = [
    ['package', [], /^package: what\? tar, npm, deb, vsix, source or all$/],
    [
      'package',
      ['rpm'],
      /^package: there is no package "rpm"; there are tar, npm, deb, vsix, source, and all$/,
    ],
    ['deb', [], /^deb: usage: deb SOURCE$/],
    ['deb', ['/nowhere'], /^deb: \/nowhere is not the source of liveserve: it has no packaging/],
    [
      'try_deb',
      ['trixie', 'sarge'],
      /^try_deb: there is no suite "sarge"; there are bookworm, trixie .* and noble \(.*\)$/,
    ],
    ['libraries', [], /^libraries: usage: libraries FOLDER x64\|arm64\|x64-musl$/],
    [
      'libraries',
      ['/nowhere', 'mips'],
      /^libraries: there is no mips; this makes x64, arm64 and x64-musl$/,
    ],
  ];
  for (const [name, args, sentence] of rows)
    test(`${name} ${args.join(' ')} says in one sentence what is wrong`, () => {
      const script = path.join(repository, 'packaging', name);
      const { status, stdout, stderr } = spawnSync(script, args, { encoding: 'utf8' });
      assert.deepEqual([status, stdout], [1, '']);
      assert.match(stderr.trimEnd(), sentence);
    });

  /** What packaging/package says; it ends before it makes or removes anything. */
  function refusal(env) {
    const script = path.join(repository, 'packaging/package');
    const { status, stdout, stderr } = spawnSync(script, ['tar'], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    assert.deepEqual([status, stdout], [1, '']);
    return stderr.trimEnd().split('\n');
  }

  test('a platform that there is none of is refused', () => {
    assert.deepEqual(refusal({ PLATFORMS: 'x64 mips' }), [
      'package: there is no platform mips; PLATFORMS has x64, arm64 and x64-musl',
    ]);
  });

  test('without a compiler it is said what is missing', () => {
    const tools = makeSite();
    for (const name of ['dirname', 'sed'])
      fs.symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), tools.path(name));
    assert.deepEqual(refusal({ PLATFORMS: '', PATH: tools.root }), [
      'package: there will be no package for x64, because x86_64-linux-gnu-gcc is missing; install it if you want one',
      'package: there will be no package for arm64, because aarch64-linux-gnu-gcc is missing; install it if you want one',
      'package: there is no compiler here for a package; install one of these',
    ]);
  });
});
