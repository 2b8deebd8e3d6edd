/**
 * `liveserve why PATH`: which server is asked, what it answers, and that nobody else can ask.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run, runtimeFolder, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<p>index',
  'css/style.css': 'p {}',
  'css/style.scss': 'p {}',
  'a b&c.html': 'odd',
  'ä\xff.html': 'odd',
});
fs.symlinkSync('css', site.path('link'));

const why = (name, options) => run(['why', name], options);

/**
 * The rows of an answer, by their labels, which have at most ten letters.
 *
 * @param {string} name
 * @param {Parameters<typeof run>[1]} [options]
 * @returns {Record<string, string>}
 */
function rowsOf(name, options) {
  const { code, stdout, stderr } = why(name, options);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const [subject, ...rows] = stdout.trimEnd().split('\n');
  return {
    subject,
    ...Object.fromEntries(rows.map((row) => [row.slice(2, 12).trim(), row.slice(12)])),
  };
}

function assertNoServer(result) {
  assert.deepEqual({ code: result.code, stdout: result.stdout }, { code: 1, stdout: '' });
  assert.match(result.stderr, /^liveserve: no liveserve of yours serves a folder that [^\n]+\n$/);
}

describe('the server is found', () => {
  test('by every spelling of a path', () =>
    withServer({ root: site.root }, () => {
      const rows = [
        [site.path('css/style.css'), '/', 'css/style.css'],
        ['css/style.css', site.root, 'css/style.css'],
        ['./css//../css/./style.css', site.root, 'css/style.css'],
        ['style.css', site.path('css'), 'css/style.css'],
        ['../index.html', site.path('css'), 'index.html'],
        ['link/style.css', site.root, 'link/style.css'],
        ['css/', site.root, 'css'],
        ['.', site.root, '.'],
        ['..', site.path('css'), '.'],
        ['no/such/file', site.root, 'no/such/file'],
        ['a b&c.html', site.root, 'a b&c.html'],
        ['ä\xff.html', site.root, 'ä\xff.html'],
      ];
      for (const [name, cwd, subject] of rows) {
        assert.equal(rowsOf(name, { cwd }).subject, subject, name);
      }
      assert.equal(run(['why', '--', 'index.html'], { cwd: site.root }).code, 0);
    }));

  test('by a link to its folder', () => {
    const other = makeSite();
    fs.symlinkSync(site.root, other.path('to-site'));
    return withServer({ root: other.path('to-site') }, () => {
      assert.equal(rowsOf(other.path('to-site/index.html')).subject, 'index.html');
      assert.equal(rowsOf(site.path('index.html')).subject, 'index.html');
    });
  });

  test('the server of the inner folder, of two', () =>
    withServer({ root: site.root }, () =>
      withServer({ root: site.path('css') }, () => {
        assert.equal(rowsOf(site.path('css/style.css')).subject, 'style.css');
        assert.equal(rowsOf(site.path('index.html')).subject, 'index.html');
      }),
    ));

  test('the newer of two servers for one folder; --verbose prints that', async () => {
    await withServer({ root: site.root }, async () => {
      const args = ['--verbose', '--ignore=index.html'];
      const newer = { root: site.root, args, complaints: /another liveserve serves|: 200 OK$/ };
      await withServer(newer, async (server) => {
        await until('the word', () => /another liveserve serves/.test(server.errors.join()));
        assert.equal(rowsOf(site.path('index.html')).Ignored, 'by "index.html"');
      });
      assertNoServer(why(site.path('index.html')));
    });
  });

  test('after a server was killed: none, until another one starts', async () => {
    await withServer({ root: site.root }, (server) => server.kill()).catch(() => {});
    assert.equal(fs.readdirSync(path.join(runtimeFolder(), 'liveserve')).length, 1);
    assertNoServer(why(site.path('index.html')));
    await withServer({ root: site.root }, () => {
      assert.equal(rowsOf(site.path('index.html')).subject, 'index.html');
    });
    assert.deepEqual(fs.readdirSync(path.join(runtimeFolder(), 'liveserve')), []);
  });
});

describe('no answer', () => {
  test('without a server', () => {
    assertNoServer(why('index.html', { cwd: site.root }));
    assertNoServer(why('/'));
    assertNoServer(why(''));
    assertNoServer(why('../../../../../../../../../..', { cwd: site.root }));
  });

  test('a path outside of the folder', () =>
    withServer({ root: site.path('css') }, () => assertNoServer(why(site.path('index.html')))));

  test('control characters of a name are escaped in the message', () => {
    const { stderr } = why('a\x1b[31m\nb');
    assert.match(stderr, /a\\x1b\[31m\\x0ab/);
  });

  /** @type {[string[], RegExp][]} */
  const rows = [
    [['why'], /why needs a path/],
    [['why', '--'], /why needs a path/],
    [['why', 'a', 'b'], /"b" is one too many/],
  ];
  for (const [args, sentence] of rows) {
    test(`${args.join(' ')} is exit code 2`, () => {
      const { code, stdout, stderr } = run(args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }

  test('--help', () => {
    const { code, stdout } = run(['why', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: liveserve why PATH\n/);
  });

  test('there is no answer over TCP', () =>
    withServer({ root: site.root }, async (server) => {
      const answer = await get(server, '/__liveserve/why/index.html');
      assert.equal(answer.status, 404);
      assert.ok(!/inotify/.test(String(answer.body)));
    }));
});

describe('the answer', () => {
  const folder = makeSite({ 'index.html': '<p>index', 'style.scss': 'p {}' });

  test('follows what happens to a file', () =>
    withServer({ root: folder.root }, async (server) => {
      await until(
        'the walk',
        () => rowsOf(folder.path('index.html'))['A change'] === 'would be announced',
      );
      assert.deepEqual(rowsOf(folder.path('index.html')), {
        subject: 'index.html',
        Is: 'a file of 8 bytes',
        Watched: 'by inotify',
        Ignored: 'no',
        Used: 'no page has asked for it',
        'Last seen': 'no change, as far as liveserve remembers',
        'A change': 'would be announced',
      });
      await get(server, '/');
      const page = await openPage(server);
      await page.message();
      assert.equal(rowsOf(folder.path('index.html')).Used, 'by 1 open page');

      folder.write('index.html', '<p>new');
      await server.waitForLine(/^\d\d:\d\d:\d\d {2}changed index\.html, told 1 page$/);
      assert.match(
        rowsOf(folder.path('index.html'))['Last seen'],
        /^\d\d:\d\d:\d\d changed, told 1 page$/,
      );

      folder.write('index.html', '<p>new');
      await server.waitForLine(
        /^\d\d:\d\d:\d\d {2}saved index\.html with the same bytes, nothing to tell$/,
      );
      assert.match(
        rowsOf(folder.path('index.html'))['Last seen'],
        /saved with the same bytes, nothing to tell$/,
      );

      fs.chmodSync(folder.path('index.html'), 0o600);
      await server.waitForLine(/ {2}touched index\.html, nothing to tell$/);
      assert.match(rowsOf(folder.path('index.html'))['Last seen'], / touched, nothing to tell$/);
      page.destroy();
    }));

  test('names the pattern that leaves a file out', () =>
    withServer({ root: folder.root }, async () => {
      folder.write('style.scss', 'p { }');
      await until('the change', () =>
        /but ignored/.test(rowsOf(folder.path('style.scss'))['Last seen']),
      );
      const rows = rowsOf(folder.path('style.scss'));
      assert.equal(rows.Ignored, 'by "*.scss"');
      assert.equal(rows['A change'], 'would not be announced, until a page asks for it');
    }));

  test('an --ignore with ! brings a file back', () =>
    withServer({ root: folder.root, args: ['--ignore=!*.scss'] }, async (server) => {
      await until(
        'the walk',
        () => rowsOf(folder.path('style.scss'))['A change'] === 'would be announced',
      );
      folder.write('style.scss', 'p  {}');
      await server.waitForLine(/changed style\.scss, no page is open$/);
    }));

  test('names --poll', () =>
    withServer({ root: folder.root, args: ['--poll=10'] }, async (server) => {
      await get(server, '/');
      assert.equal(rowsOf(folder.path('index.html')).Watched, 'by polling');
    }));
});

describe('ignored files in a batch', () => {
  const folder = makeSite({ 'index.html': '<p>index', 'style.css': 'p {}' });

  test('are counted in the line of the batch', () =>
    withServer({ root: folder.root, args: ['--wait=100', '--ignore=*.log'] }, async (server) => {
      for (const name of ['/', '/style.css']) await get(server, name);
      folder.write('a.log', '1');
      folder.write('.index.html.swp', '1');
      folder.write('style.css', 'p {}');
      folder.write('index.html', '<p>new');
      await server.waitForLine(
        / {2}changed index\.html, no page is open \(1 with the same bytes, 1 ignored\)$/,
      );
    }));

  test('are no lines of their own, except with --verbose', () =>
    withServer({ root: folder.root, args: ['--verbose', '--ignore=*.log'] }, async (server) => {
      folder.write('b.log', '1');
      await until('the word', () =>
        /b\.log is ignored because of "\*\.log"/.test(server.errors.join('\n')),
      );
      server.errors.length = 0;
      folder.write('index.html', '<p>newer');
      await server.waitForLine(/changed index\.html/);
      assert.ok(!server.lines.some((line) => /b\.log/.test(line)));
    }));
});
