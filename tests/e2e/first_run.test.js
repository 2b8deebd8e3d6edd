/**
 * The first minutes: an empty folder, the page that `liveserve init --page` writes, and words with typing errors.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run } from '../support/server.js';
import { withServer } from '../support/with_server.js';

/** @param {ReturnType<typeof makeSite>} site */
function initPage(site, { code = 0, args = [] } = {}) {
  const result = run(['init', '--page', ...args], { cwd: site.root });
  assert.equal(result.code, code, result.stderr);
  return result;
}

/** @param {{stdout: string, stderr: string}} result @param {RegExp} sentence */
function assertRefused({ stdout, stderr }, sentence) {
  assert.equal(stdout, '');
  assert.match(stderr, /^liveserve: [^\n]+\n$/);
  assert.match(stderr, sentence);
}

describe('an empty folder', () => {
  const EMPTY = /This folder is empty\. As soon as index\.html is in it, this page shows it\./;
  const NOTE =
    '  Note      the folder is empty; a page appears as soon as index.html does. ' +
    'To make one, run in it: liveserve init --page';

  test('is said, on the page, too; files that are never served do not count', () =>
    withServer({ root: makeSite({ '.git/config': '' }).root }, async (server) => {
      await server.waitForLine(/Stop/);
      assert.ok(server.lines.includes(NOTE), server.lines.join('\n'));
      const html = (await get(server, '/')).body.toString();
      assert.match(html, EMPTY);
      assert.match(html, /<code>liveserve init --page<\/code>/);
    }));

  test('below the site has its own words, and a filter has others', () => {
    const site = makeSite({ 'a.txt': '' });
    fs.mkdirSync(site.path('sub'));
    return withServer({ root: site.root }, async (server) => {
      const html = (await get(server, '/sub/')).body.toString();
      assert.match(html, EMPTY);
      assert.doesNotMatch(html, /init --page/);
      const filtered = (await get(server, '/?filter=none')).body.toString();
      assert.match(filtered, /No name contains this\./);
      assert.doesNotMatch(filtered, /is empty/);
    });
  });

  test('names the file of --index, which init --page would not make', () =>
    withServer({ root: makeSite().root, args: ['--index=<home>.html'] }, async (server) => {
      await server.waitForLine(/Stop/);
      const note = 'the folder is empty; a page appears as soon as a file of --index does';
      assert.ok(server.lines.includes(`  Note      ${note}`), server.lines.join('\n'));
      const html = (await get(server, '/')).body.toString();
      assert.match(html, /As soon as &lt;home&gt;\.html is in it, this page shows it\./);
      assert.doesNotMatch(html, /init --page/);
    }));
});

describe('liveserve init --page', () => {
  test('writes a page that is served with its style sheet, and says what it wrote', () => {
    const site = makeSite();
    assert.equal(
      initPage(site).stdout,
      'wrote ./style.css\nwrote ./index.html\nTo see it: liveserve --open .\n',
    );
    assert.deepEqual(fs.readdirSync(site.root).sort(), ['index.html', 'style.css']);
    assert.equal(fs.statSync(site.path('index.html')).mode & 0o777, 0o644);
    return withServer({ root: site.root }, async (server) => {
      await server.waitForLine(/Stop/);
      assert.ok(!server.lines.some((line) => /Note/.test(line)));
      const page = await get(server, '/');
      const html = page.body.toString();
      assert.equal(page.status, 200);
      assert.match(html, /^<!doctype html>\n<html lang="en">\n<head>/);
      const [, sheet] = /<link rel="stylesheet" href="([^"]+)">/.exec(html);
      const style = await get(server, `/${sheet}`);
      assert.equal(style.status, 200);
      assert.equal(style.body.toString(), site.read('style.css'));
    });
  });

  test('makes the folder, but not those above it', () => {
    const site = makeSite();
    const { stdout } = initPage(site, { args: ['my site'] });
    assert.match(stdout, /^made the folder my site\nwrote my site\/style\.css\n/);
    assert.ok(fs.existsSync(site.path('my site/index.html')));
    assertRefused(
      initPage(site, { code: 1, args: ['a/b'] }),
      /cannot make the folder "a\/b": the folder above it is missing; make that first/,
    );
    assert.ok(!fs.existsSync(site.path('a')));
  });

  for (const index of ['index.html', 'index.htm'])
    test(`replaces no ${index}, and then writes nothing`, () => {
      const site = makeSite({ [index]: 'mine' });
      assertRefused(
        initPage(site, { code: 1 }),
        new RegExp(
          `\\./${index} is there already, so nothing is written; to see it: liveserve --open`,
        ),
      );
      assert.deepEqual(fs.readdirSync(site.root), [index]);
      assert.equal(site.read(index), 'mine');
    });

  test('writes through no link', () => {
    const [site, other] = [makeSite(), makeSite()];
    fs.symlinkSync(other.path('missing'), site.path('index.html'));
    assertRefused(initPage(site, { code: 1 }), /index\.html is there already/);
    assert.deepEqual(fs.readdirSync(other.root), []);
  });

  test('leaves a style sheet that is there as it is, and says so', () => {
    const site = makeSite({ 'style.css': 'p { color: red }' });
    assert.match(
      initPage(site).stdout,
      /^\.\/style\.css is there already, and stays as it is\nwrote \.\/index\.html\n/,
    );
    assert.equal(site.read('style.css'), 'p { color: red }');
  });

  test('refuses what is no folder, and an option that is for VS Code', () => {
    const site = makeSite({ file: 'x' });
    assertRefused(initPage(site, { code: 1, args: ['file'] }), /"file" is no folder; give the one/);
    assertRefused(
      initPage(site, { code: 2, args: ['--firefox'] }),
      /--firefox is for VS Code, and with --page nothing is written for it/,
    );
    assert.deepEqual(fs.readdirSync(site.root), ['file']);
  });

  const isRoot = process.getuid() === 0 && 'root may write everywhere';
  test('says why it cannot write', { skip: isRoot }, () => {
    const site = makeSite();
    fs.chmodSync(site.root, 0o555);
    assertRefused(initPage(site, { code: 1 }), /cannot write \.\/style\.css: Permission denied/);
    fs.chmodSync(site.root, 0o755);
  });
});

describe('a word with a typing error', () => {
  const site = makeSite({ 'trust/x.html': '' });
  /** @type {[string[], RegExp][]} */
  const rows = [
    [['list', '--jsn'], /list has no option --jsn; did you mean --json\?$/m],
    [['list', '-json'], /list has no option -json; did you mean --json\?$/m],
    [['status', '--Jsno'], /did you mean --json\?$/m],
    [['stop', '--json'], /stop has no option --json; see liveserve stop --help$/m],
    [['why', '--hepl', 'x'], /why has no option --hepl; did you mean --help\?$/m],
    [['init', '--fierfox'], /did you mean --firefox\?$/m],
    [['init', '--pgae'], /did you mean --page\?$/m],
    [['allow', '--halp'], /allow has no option --halp; did you mean --help\?$/m],
    [['trust', '--udno'], /trust has no option --udno; did you mean --undo\?$/m],
    [['trust', '--nosystem'], /did you mean --no-system\?$/m],
    [
      ['trust', '--all'],
      /see liveserve trust --help, or to serve the folder .*: liveserve \.\/trust$/m,
    ],
    [['wire', '--reprot=x.html'], /no option --reprot=x\.html; did you mean --report\?$/m],
    [['wire', '--explian'], /did you mean --explain\?$/m],
    [['help', 'stpo'], /there is no command "stpo"; did you mean: liveserve help stop\?$/m],
    [['help', 'prot'], /there is no option prot; did you mean --port\?$/m],
    [['--help=prot'], /there is no option prot; did you mean --port\?$/m],
    [['ini'], /there is no folder "ini"; did you mean: liveserve init\?$/m],
    [['--opne'], /there is no option --opne; did you mean --open\?$/m],
  ];
  for (const [args, sentence] of rows)
    test(args.join(' '), () => {
      const result = run(args, { cwd: site.root });
      assert.equal(result.code, 2);
      assertRefused(result, sentence);
    });

  test('help knows each option by its name, however near to a command that is', () => {
    const names = [...run(['--help=all']).stdout.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)];
    assert.ok(names.length > 30);
    for (const [, name] of names.filter(([, name]) => name !== 'help' && name !== 'version')) {
      const { code, stdout } = run(['help', name]);
      assert.equal(code, 0, name);
      assert.match(stdout, new RegExp(`--${name}\\b|^Usage: liveserve ${name} `), name);
    }
  });
});
