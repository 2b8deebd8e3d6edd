/**
 * `--gitignore`, beside real git: what .gitignore files leave out, and that they are followed while they change.
 * The patterns themselves are tested in C, with the module ignore.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { atMost, DEADLINE_MS, makeSite, run, until } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const files = {
  '.gitignore': '# made by the build\n/dist/\n*.log\n!keep.log\n',
  'sub/.gitignore': '*.html\n!index.html\n',
  'index.html': 'index',
  'a.log': '',
  'keep.log': '',
  'dist/app.js': '',
  'sub/dist/app.js': '',
  'sub/index.html': '',
  'sub/draft.html': '',
  'sub/keep.log': '',
};

const git = spawnSync('git', ['--version']).status === 0 ? false : 'no git';
const gitEnv = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  XDG_CONFIG_HOME: '/nonexistent',
};

/** The pattern by which liveserve ignores a path; 'no' when it does not. */
function ignoredBy(site, name) {
  const { code, stdout, stderr } = run(['why', site.path(name)]);
  assert.equal(code, 0, stderr);
  return /^ {2}Ignored +(.*)$/m.exec(stdout)[1];
}

/** Writes until the change is announced. Before that, the folder may not be watched yet. */
async function untilAnnounced(server, site, name) {
  const start = Date.now();
  const from = server.lines.length;
  const isSaid = () => server.lines.slice(from).some((line) => line.includes(name));
  while (!isSaid()) {
    assert.ok(
      Date.now() - start < atMost(DEADLINE_MS),
      `${name} is not announced\n${server.lines.join('\n')}`,
    );
    site.write(name, `${Math.random()}`);
    await until('a word', isSaid, 500).catch(() => {});
  }
}

describe('--gitignore', () => {
  test('leaves out what git ignores', { skip: git }, () => {
    const site = makeSite(files);
    assert.equal(spawnSync('git', ['init', '-q', site.root], { env: gitEnv }).status, 0);
    return withServer({ root: site.root, args: ['--gitignore'] }, () => {
      for (const name of Object.keys(files)) {
        const { status } = spawnSync('git', ['check-ignore', '-q', name], {
          cwd: site.root,
          env: gitEnv,
        });
        assert.equal(ignoredBy(site, name) !== 'no', status === 0, name);
      }
    });
  });

  test('says by which pattern of which file', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args: ['--gitignore'] }, () => {
      assert.equal(ignoredBy(site, 'a.log'), 'by ".gitignore: *.log"');
      assert.equal(ignoredBy(site, 'sub/draft.html'), 'by "sub/.gitignore: *.html"');
      assert.equal(ignoredBy(site, 'dist/app.js'), 'by ".gitignore: /dist/"');
    });
  });

  test('a change of what is ignored is not announced, unless a page uses it', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args: ['--gitignore'] }, async (server) => {
      await get(server, '/dist/app.js');
      await untilAnnounced(server, site, 'sub/index.html');
      site.write('sub/draft.html', 'new');
      site.write('a.log', 'new');
      site.write('dist/app.js', 'new');
      await server.waitForLine(/changed dist\/app\.js, no page is open \(2 ignored\)$/);
      assert.ok(!server.lines.some((line) => /draft|a\.log/.test(line)), server.lines.join('\n'));
    });
  });

  test('a .gitignore that changes is followed', () => {
    const site = makeSite(files);
    return withServer({ root: site.root, args: ['--gitignore'] }, async (server) => {
      await untilAnnounced(server, site, 'sub/index.html');
      site.write('.gitignore', '*.html\n');
      await until(
        'the new patterns',
        () => ignoredBy(site, 'index.html') === 'by ".gitignore: *.html"',
      );
      assert.equal(ignoredBy(site, 'a.log'), 'no');
      // A folder that was ignored since the start is watched now.
      await untilAnnounced(server, site, 'dist/app.js');
      site.remove('.gitignore');
      await until('no patterns', () => ignoredBy(site, 'index.html') === 'no');
      site.rename('sub', 'moved');
      await until(
        'the new place',
        () => ignoredBy(site, 'moved/draft.html') === 'by "moved/.gitignore: *.html"',
      );
      assert.equal(ignoredBy(site, 'sub/draft.html'), 'no');
    });
  });

  test('--ignore has the last word', () => {
    const site = makeSite(files);
    const args = ['--gitignore', '--ignore=!a.log', '--ignore=keep.log'];
    return withServer({ root: site.root, args }, () => {
      assert.equal(ignoredBy(site, 'a.log'), 'no');
      assert.equal(ignoredBy(site, 'keep.log'), 'by "keep.log"');
    });
  });

  test('without it no .gitignore is read', () => {
    const site = makeSite(files);
    return withServer({ root: site.root }, () => {
      for (const name of Object.keys(files)) assert.equal(ignoredBy(site, name), 'no', name);
    });
  });
});
