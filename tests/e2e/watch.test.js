/**
 * `--watch PATH`: a change there makes every page reload.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { atMost, DEADLINE_MS, makeSite, run, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<p>index',
  'style.css': 'p {}',
  'templates/base.html': 'base',
});
const other = makeSite({ 'page.tmpl': 'page', 'deep/er/part.scss': 'p {}', 'data.json': '{}' });

/** A page that is open on /. */
async function openIndex(server) {
  const { body } = await get(server, '/');
  const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(String(body));
  const page = await openPage(server, { epoch, version: Number(version) });
  assert.equal((await page.message()).type, 'hello');
  return page;
}

async function change(server, folder, name, line) {
  const from = server.lines.length;
  folder.write(name, `${Math.random()}`);
  return server.waitForLine(line, from);
}

/** Writes until a change is announced. Before that, the folder may not be watched yet. */
async function untilWatched(server, folder, name) {
  const start = Date.now();
  const from = server.lines.length;
  const isSaid = () => server.lines.slice(from).some((line) => line.includes(name));
  while (!isSaid()) {
    assert.ok(
      Date.now() - start < atMost(DEADLINE_MS),
      `${name} is not watched\n${server.lines.join('\n')}`,
    );
    folder.write(name, `${Math.random()}`);
    await until('a word', isSaid, 500).catch(() => {});
  }
}

describe('--watch', () => {
  /** @type {[string, string[], import('../support/server.js').Site, string, string][]} */
  const rows = [
    [
      'a folder elsewhere',
      [`--watch=${other.root}`],
      other,
      'page.tmpl',
      `${other.root}/page.tmpl`,
    ],
    [
      'what only a build reads',
      ['--watch', other.root],
      other,
      'deep/er/part.scss',
      `${other.root}/deep/er/part.scss`,
    ],
    [
      'a file elsewhere',
      [`--watch=${other.path('data.json')}`],
      other,
      'data.json',
      other.path('data.json'),
    ],
    [
      'a folder of the site',
      ['--watch=templates'],
      site,
      'templates/base.html',
      'templates/base.html',
    ],
    [
      'one of several',
      ['--watch=templates', `--watch=${other.root}`],
      other,
      'page.tmpl',
      `${other.root}/page.tmpl`,
    ],
  ];
  for (const [what, args, folder, name, shown] of rows) {
    test(`${what}: every page reloads, and one line is printed`, () =>
      withServer({ cwd: site.root, root: '.', args }, async (server) => {
        await untilWatched(server, folder, name);
        const page = await openIndex(server);
        const from = server.lines.length;
        const line = new RegExp(
          `^\\d\\d:\\d\\d:\\d\\d {2}\\w+ ${shown.replaceAll('.', '\\.')}, told 1 page to reload$`,
        );
        await change(server, folder, name, line);
        assert.equal((await page.message()).type, 'reload');
        // A file that pages use is told as usual, and nothing else was.
        await change(server, site, 'style.css', /style\.css, told 1 page$/);
        assert.equal((await page.message()).type, 'change');
        assert.equal(
          server.lines.slice(from).filter((said) => said.includes(name)).length,
          1,
          server.lines.join('\n'),
        );
        page.destroy();
      }));
  }

  test('without an open page', () =>
    withServer({ root: site.root, args: [`--watch=${other.root}`] }, (server) =>
      change(server, other, 'page.tmpl', /page\.tmpl, no page is open$/),
    ));

  test('of one file: other files in its folder do not count', () =>
    withServer(
      { root: site.root, args: [`--watch=${other.path('data.json')}`] },
      async (server) => {
        other.write('page.tmpl', 'new');
        await change(server, other, 'data.json', /data\.json, no page is open$/);
        assert.ok(
          !server.lines.some((line) => line.includes('page.tmpl')),
          server.lines.join('\n'),
        );
      },
    ));

  /** @type {[string[], RegExp][]} */
  const wrong = [
    [['--watch'], /--watch needs a value/],
    [['--watch='], /--watch needs a folder or a file/],
    [['--watch=no-such'], /cannot watch "no-such": No such file or directory/],
    [['--watch=index.html/'], /cannot watch "index\.html\/": Not a directory/],
    [[`--watch=${other.root}`, '--watch=no\x1bsuch'], /cannot watch "no\\x1bsuch"/],
  ];
  for (const [args, sentence] of wrong) {
    test(`${JSON.stringify(args)} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run(['--port=0', ...args], { cwd: site.root });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }
});
