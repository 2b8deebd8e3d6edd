/** ./dev release, in a small repository whose checks pass or fail as the test says. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeSite } from '../support/server.js';

const script = fileURLToPath(new URL('../../packaging/release', import.meta.url));
const CHANGES =
  '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n- New.\n\n## [0.1.0] - 2026-01-01\n\n- Old.\n';

/** A repository that is in order: its ./dev fails at what the file "fails" names. */
function makeRepository() {
  const site = makeSite({
    'CMakeLists.txt': 'project(liveserve\n  VERSION 0.2.0\n)\n',
    'CHANGELOG.md': CHANGES,
    dev: '#!/bin/sh\necho "$@" >>../done-$(basename "$PWD")\n! grep -qx "$*" fails\n',
    fails: '',
    'packaging/release': fs.readFileSync(script),
  });
  for (const file of ['dev', 'packaging/release']) fs.chmodSync(site.path(file), 0o755);
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
      cwd: site.root,
      encoding: 'utf8',
    });
  git('init', '-q');
  const commit = () => {
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'Content');
  };
  commit();
  const log = `${site.root}/../done-${site.root.split('/').at(-1)}`;
  return {
    site,
    git,
    commit,
    release(version) {
      const env = { ...process.env, GIT_CONFIG_GLOBAL: site.path('.git/own') };
      fs.writeFileSync(site.path('.git/own'), '[user]\nname = A\nemail = a@example.com\n');
      return spawnSync(site.path('packaging/release'), [version], { encoding: 'utf8', env });
    },
    /** What ./dev was asked for. */
    done() {
      const lines = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : [];
      fs.rmSync(log, { force: true });
      return lines;
    },
  };
}

test('a repository in order is tagged, after every check', () => {
  const { git, release, done } = makeRepository();
  const { status, stdout, stderr } = release('0.2.0');
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^release: v0\.2\.0 is tagged, .*git push origin v0\.2\.0\n$/);
  assert.deepEqual(done(), ['lint', 'test', 'package all', 'package check']);
  assert.equal(git('cat-file', '-t', 'v0.2.0'), 'tag\n');
  assert.equal(git('rev-parse', 'v0.2.0^{commit}'), git('rev-parse', 'HEAD'));
});

/** What is not in order, how, and the sentence. @type {Record<string, any[]>} */
const rows = {
  'no version': [
    '',
    () => {},
    /^release: which version\? It has three numbers, such as 0\.2\.0\.$/,
  ],
  'half a version': ['0.2', () => {}, /which version\?/],
  'a version like an option': ['--help', () => {}, /which version\?/],
  'a version with a zero too many': ['0.02.0', () => {}, /which version\?/],
  'a tag that is there': [
    '0.2.0',
    ({ git }) => git('tag', 'v0.2.0'),
    /v0\.2\.0 is tagged already; choose/,
  ],
  'a changed file': [
    '0.2.0',
    ({ site }) => site.write('dev', ''),
    /work tree is not clean; commit or/,
  ],
  'a new file': ['0.2.0', ({ site }) => site.write('new', ''), /work tree is not clean/],
  'another version': [
    '0.3.0',
    () => {},
    /CMakeLists\.txt has another version; write "VERSION 0\.3\.0" there/,
  ],
  'no line in the changelog': [
    '0.2.0',
    ({ site, commit }) => {
      site.write('CHANGELOG.md', CHANGES.replace('[0.2.0]', '[0.2.1]'));
      commit();
    },
    /CHANGELOG\.md has no line "## \[0\.2\.0\] - \d{4}-\d\d-\d\d"/,
  ],
  'changes that are not of the version': [
    '0.2.0',
    ({ site, commit }) => {
      site.write('CHANGELOG.md', CHANGES.replace('[Unreleased]\n', '[Unreleased]\n\n- Newer.\n'));
      commit();
    },
    /has changes under "Unreleased"; move them to \[0\.2\.0\]/,
  ],
  'a version without changes': [
    '0.2.0',
    ({ site, commit }) => {
      site.write('CHANGELOG.md', CHANGES.replace('- New.', ''));
      commit();
    },
    /CHANGELOG\.md says nothing of \[0\.2\.0\]/,
  ],
  ...Object.fromEntries(
    [
      ['lint', /\.\/dev lint has found something/],
      ['test', /a test has failed/],
      ['package all', /the packages cannot be made/],
      ['package check', /the packages are not the same/],
    ].map(([what, sentence]) => [
      `${what} fails`,
      [
        '0.2.0',
        ({ site, commit }) => {
          site.write('fails', `${what}\n`);
          commit();
        },
        sentence,
      ],
    ]),
  ),
};

for (const [name, [version, disturb, sentence]] of Object.entries(rows)) {
  test(`${name}: no tag, and one sentence`, () => {
    const repository = makeRepository();
    disturb(repository);
    const before = repository.git('tag');
    const { status, stdout, stderr } = repository.release(version);
    repository.done();
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr.trimEnd(), sentence);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
    assert.equal(repository.git('tag'), before);
  });
}
