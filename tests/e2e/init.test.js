/**
 * `liveserve init`: what it writes into folders of every kind, that nothing is lost, and that VS Code will
 * understand what the program prints.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';
import { makeSite, portOf, run } from '../support/server.js';
import { withServer } from '../support/with_server.js';

/** Reads a file of VS Code in which comments have their own lines. */
function read(site, name) {
  const text = site.read(`.vscode/${name}`);
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/,(\s*[\]}])/g, '$1'));
}

const SETTINGS_OF_PUBLIC =
  '{ // mine\n"liveServer.settings.port": 5500, "liveServer.settings.root": "/public" }';

function init(site, { code = 0, args = [site.root] } = {}) {
  const result = run(['init', ...args], { cwd: site.root });
  assert.equal(result.code, code, result.stderr);
  return result;
}

const files = (site) => fs.readdirSync(site.path('.vscode')).sort();
const names = (list) => list.map(({ label, name }) => label ?? name);
const OURS = ['liveserve: Chrome', 'liveserve: Edge', 'liveserve: current file'];

describe('a folder', () => {
  test('without the files gets both; the second time nothing changes', () => {
    const site = makeSite({ 'index.html': '<p>' });
    assert.match(init(site).stdout, /^wrote .*tasks\.json\nwrote .*launch\.json\n$/);
    const before = ['tasks.json', 'launch.json'].map((name) => site.read(`.vscode/${name}`));
    assert.deepEqual(names(read(site, 'tasks.json').tasks), ['liveserve']);
    assert.equal(read(site, 'tasks.json').version, '2.0.0');
    const { version, configurations } = read(site, 'launch.json');
    assert.equal(version, '0.2.0');
    assert.deepEqual(names(configurations), OURS);
    assert.deepEqual(
      configurations.map(({ type }) => type),
      ['chrome', 'msedge', 'chrome'],
    );
    for (const one of configurations) {
      assert.equal(one.preLaunchTask, 'liveserve');
      assert.equal(one.webRoot, '${workspaceFolder}');
    }
    assert.deepEqual(
      configurations.map(({ url }) => url),
      ['', '', '${relativeFile}'].map((rest) => `http://localhost:9000/${rest}`),
    );
    assert.deepEqual(read(site, 'tasks.json').tasks[0].runOptions, {
      instanceLimit: 1,
      instancePolicy: 'silent',
    });
    assert.match(init(site).stdout, /tasks\.json has it already\n.*launch\.json has it already\n$/);
    assert.deepEqual(
      ['tasks.json', 'launch.json'].map((name) => site.read(`.vscode/${name}`)),
      before,
    );
    assert.deepEqual(files(site), ['launch.json', 'tasks.json']);
  });

  test('gets the debugger for Firefox only on request', () => {
    const site = makeSite();
    init(site);
    init(site, { args: ['--firefox'] });
    const list = read(site, 'launch.json').configurations;
    assert.deepEqual(names(list), ['liveserve: Firefox', ...OURS]);
    assert.deepEqual(list[0].pathMappings, [{ url: list[1].url, path: '${workspaceFolder}/' }]);
  });

  test('whose files name another port than the settings keeps it, and a line says so', () => {
    const site = makeSite({ '.liveserve.json': '{"port": 8001}' });
    init(site);
    assert.equal(init(site).stderr, '');
    site.write('.liveserve.json', '{"port": 8002}');
    const { stdout, stderr } = init(site);
    assert.match(stdout, /tasks\.json has it already\n.*launch\.json has it already\n$/);
    assert.match(
      stderr,
      /^liveserve: .*tasks\.json says port 8001, but the settings say 8002; .*\nliveserve: .*launch\.json says port 8001, [^\n]*\n$/,
    );
    assert.deepEqual(read(site, 'tasks.json').tasks[0].args, ['--strict-port', '--port=8001']);
  });

  test('is the current one when none is named', () => {
    const site = makeSite();
    init(site, { args: [] });
    assert.deepEqual(files(site), ['launch.json', 'tasks.json']);
  });

  test("with the user's own files keeps all that is in them", () => {
    const tasks =
      '// mine\n{\n  "version": "2.0.0",\n  // of my own\n  "tasks": [\n    {"label": "build",},\n  ],\n}\n';
    const launch = '{"inputs": [], "configurations": []}';
    const site = makeSite({ '.vscode/tasks.json': tasks, '.vscode/launch.json': launch });
    fs.chmodSync(site.path('.vscode/tasks.json'), 0o600);
    assert.match(init(site).stdout, /^added to .*tasks\.json\nadded to .*launch\.json\n$/);
    assert.deepEqual(names(read(site, 'tasks.json').tasks), ['liveserve', 'build']);
    assert.deepEqual(names(read(site, 'launch.json').configurations), OURS);
    assert.equal(fs.statSync(site.path('.vscode/tasks.json')).mode & 0o777, 0o600);
    let rest = site.read('.vscode/tasks.json');
    for (const line of tasks.split('\n')) {
      assert.ok(rest.includes(line), line);
      rest = rest.slice(rest.indexOf(line) + line.length);
    }
  });

  test('with one of the debuggers gets the other ones', () => {
    const launch = JSON.stringify({ configurations: [{ name: OURS[1], mine: true }] });
    const site = makeSite({ '.vscode/launch.json': launch });
    init(site);
    assert.deepEqual(names(read(site, 'launch.json').configurations), [OURS[0], OURS[2], OURS[1]]);
  });

  test('with empty files is like one without files', () => {
    const site = makeSite({ '.vscode/tasks.json': '', '.vscode/launch.json': ' \n' });
    init(site);
    assert.deepEqual(names(read(site, 'tasks.json').tasks), ['liveserve']);
    assert.deepEqual(names(read(site, 'launch.json').configurations), OURS);
  });

  test('whose settings say another port, HTTPS or root', () => {
    const site = makeSite({
      '.vscode/settings.json': SETTINGS_OF_PUBLIC,
      'public/index.html': '<p>',
    });
    init(site);
    assert.deepEqual(read(site, 'tasks.json').tasks[0].args, ['--strict-port', '--port=5500']);
    const [one] = read(site, 'launch.json').configurations;
    assert.equal(one.url, 'http://localhost:5500/');
    assert.equal(one.webRoot, '${workspaceFolder}/public');
    // VS Code cannot say where in "public" the open file is.
    assert.deepEqual(names(read(site, 'launch.json').configurations), OURS.slice(0, 2));
  });
});

describe('nothing is written, and what to add is printed', () => {
  const rows = [
    ['broken', '{"tasks": [\n'],
    ['without an end of a comment', '{"tasks": []} /*'],
    ['another form', '{"tasks": {"label": "x"}}'],
    ['two of a name', '{"tasks": [], "tasks": []}'],
    ['no object', '[]'],
    ['a broken \\u', '{"a": "\\uZZZZ", "tasks": []}'],
    ['half of a \\u', '{"a": "\\u12", "tasks": []}'],
    ['a lone surrogate', '{"a": "\\ud800", "tasks": []}'],
    ['two members of a name further down', '{"tasks": [{"a": 1, "a": 2}]}'],
    ['a NUL', '{"a": 1, "tasks": []}\0'],
    ['an escaped NUL', '{"a": "\\u0000", "tasks": []}'],
    ['something at the end', '{"tasks": []} x'],
    ['deep nesting', `{"a": ${'['.repeat(900)}${']'.repeat(900)}, "tasks": []}`],
  ];
  for (const [name, content] of rows) {
    test(name, () => {
      const broken = content.replaceAll('tasks', 'configurations');
      const site = makeSite({ '.vscode/tasks.json': content, '.vscode/launch.json': broken });
      const { stdout, stderr } = init(site, { code: 1 });
      assert.equal(site.read('.vscode/tasks.json'), content);
      assert.equal(site.read('.vscode/launch.json'), broken);
      assert.deepEqual(files(site), ['launch.json', 'tasks.json']);
      assert.match(
        stderr,
        /^liveserve: nothing was added to .*tasks\.json: .*\nliveserve: nothing .*launch\.json: .*\n$/,
      );
      const printed = JSON.parse(
        `[${stdout
          .replaceAll(/^ {4}\}$/gm, '},')
          .trim()
          .slice(0, -1)}]`,
      );
      assert.deepEqual(names(printed).sort(), ['liveserve', ...OURS].sort());
    });
  }

  test('when one file cannot be read, the other is still written', () => {
    const site = makeSite({ '.vscode/tasks.json/x': '' });
    const { stderr } = init(site, { code: 1 });
    assert.match(stderr, /cannot read .*tasks\.json: Is a directory/);
    assert.deepEqual(names(read(site, 'launch.json').configurations), OURS);
  });
});

// Somebody else may have made the folder.
describe('nothing is written through a link, or over what is no plain file', () => {
  /** A folder outside with two files that init would add to, and what is in them. */
  function outside() {
    const site = makeSite({ 'tasks.json': '{"tasks": []}', 'launch.json': '{}' });
    const contents = () => files({ path: () => site.root }).map((name) => [name, site.read(name)]);
    return { site, contents };
  }

  test('a file that is a link to a file outside', () => {
    const { site: other, contents } = outside();
    const before = contents();
    const site = makeSite({ '.vscode/settings.json': '{}' });
    fs.symlinkSync(other.path('tasks.json'), site.path('.vscode/tasks.json'));
    fs.symlinkSync(other.path('new.json'), site.path('.vscode/launch.json'));
    const { stdout, stderr } = init(site, { code: 1 });
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^liveserve: cannot read .*tasks\.json: it is a link[^\n]*\nliveserve: cannot read .*launch\.json: it is a link[^\n]*\n$/,
    );
    assert.deepEqual(contents(), before);
    assert.ok(fs.lstatSync(site.path('.vscode/tasks.json')).isSymbolicLink());
    assert.ok(fs.lstatSync(site.path('.vscode/launch.json')).isSymbolicLink());
    assert.deepEqual(files(site), ['launch.json', 'settings.json', 'tasks.json']);
  });

  test('a link to a file in the same folder', () => {
    const site = makeSite({ 'shared.json': '{"tasks": []}', '.vscode/settings.json': '{}' });
    fs.symlinkSync('../shared.json', site.path('.vscode/tasks.json'));
    assert.match(init(site, { code: 1 }).stderr, /tasks\.json: it is a link/);
    assert.equal(site.read('shared.json'), '{"tasks": []}');
    assert.deepEqual(names(read(site, 'launch.json').configurations), OURS);
  });

  for (const isThere of [true, false]) {
    test(`.vscode is a link to a folder that is ${isThere ? '' : 'not '}there`, () => {
      const { site: other, contents } = outside();
      const before = contents();
      const site = makeSite({ 'index.html': '' });
      fs.symlinkSync(isThere ? other.root : other.path('new'), site.path('.vscode'));
      const { stdout, stderr } = init(site, { code: 1 });
      assert.equal(stdout, '');
      assert.match(
        stderr,
        /^(?:liveserve: .*is not used: .*\n)?liveserve: .*\.vscode is a link[^\n]*\n$/,
      );
      assert.deepEqual(contents(), before);
    });
  }

  test('.vscode is a file', () => {
    const site = makeSite({ '.vscode': 'mine' });
    assert.match(init(site, { code: 1 }).stderr, /^liveserve: .*\.vscode is not a folder[^\n]*\n$/);
    assert.equal(site.read('.vscode'), 'mine');
  });

  test('a FIFO', () => {
    const site = makeSite({ '.vscode/launch.json': '{}' });
    execFileSync('mkfifo', [site.path('.vscode/tasks.json')]);
    assert.match(
      init(site, { code: 1 }).stderr,
      /^liveserve: cannot read .*tasks\.json: it is not a plain file[^\n]*\n$/,
    );
    assert.ok(fs.lstatSync(site.path('.vscode/tasks.json')).isFIFO());
  });

  const noRoot = process.getuid() !== 0 && 'needs root to make a file of another user';
  test('a file of another user', { skip: noRoot }, () => {
    const site = makeSite({ '.vscode/tasks.json': '{}' });
    fs.chownSync(site.path('.vscode/tasks.json'), 12345, 12345);
    assert.match(
      init(site, { code: 1 }).stderr,
      /^liveserve: cannot read .*tasks\.json: it belongs to another user[^\n]*\n$/,
    );
    assert.equal(site.read('.vscode/tasks.json'), '{}');
    assert.equal(fs.statSync(site.path('.vscode/tasks.json')).uid, 12345);
  });
});

describe('wrong lines', () => {
  const site = makeSite({ file: '' });
  /** @type {[string[], number, RegExp][]} */
  const rows = [
    [['a', 'b'], 2, /"b" is one too many/],
    [['--all'], 2, /init has no option --all/],
    [['none'], 1, /cannot make the folder none\/\.vscode: No such file/],
    [['file'], 1, /cannot make the folder file\/\.vscode: Not a directory/],
  ];
  for (const [args, code, sentence] of rows) {
    test(args.join(' '), () => {
      const { stdout, stderr } = init(site, { code, args });
      assert.equal(stdout, '');
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }

  test('--help', () =>
    assert.match(init(site, { args: ['--help'] }).stdout, /^Usage: liveserve init/));
});

/** What VS Code lists for a line: the first matcher counts. */
function problemIn(task, line) {
  for (const { severity, fileLocation, pattern } of task.problemMatcher) {
    const found = new RegExp(pattern.regexp).exec(line);
    if (!found) continue;
    const at = [pattern.file, pattern.line, pattern.column].map((group) => found[group]);
    const folder = fileLocation === 'absolute' ? '' : fileLocation[1];
    return { severity, folder, at: at.filter(Boolean).join(':'), text: found[pattern.message] };
  }
  return null;
}

/** The sentences in the C source that begin with a call of log_notice() or the like. */
function noticesInSource() {
  const source = new URL('../../src/', import.meta.url);
  const isCode = (name) => name.endsWith('.c') && !name.startsWith('commands/init');
  const code = fs
    .readdirSync(source, { recursive: true })
    .filter((name) => isCode(String(name)))
    .map((name) => fs.readFileSync(new URL(String(name), source), 'utf8'))
    .join('\n');
  const calls = code.matchAll(
    /\blog_notice(?:_limited)?\(\s*(?:&[^"]*?,\s*)?((?:"(?:[^"\\]|\\.)*"\s*)+)/g,
  );
  return [...calls].map(([, texts]) =>
    [...texts.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
      .map(([, text]) => text.replace(/\\"/g, '"'))
      .join(''),
  );
}

describe('what VS Code lists as a problem', () => {
  const site = makeSite({
    'public/index.html': '<p>',
    '.vscode/settings.json': SETTINGS_OF_PUBLIC,
  });
  init(site);
  const [task] = read(site, 'tasks.json').tasks;
  const opened = '${workspaceFolder}';
  const served = '${workspaceFolder}/public';

  test('a server that does not start is an error, which keeps F5 from opening a browser', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const certificate = ['--https', '--cert=none.pem', '--key=none.pem'];
    const lines = [
      ['--strict-port', `--port=${portOf(other)}`],
      ['--https', '--cert=none.pem'],
      certificate,
      ['--htpasswd=none'],
      ['--mount=/a=none'],
      ['--watch=none'],
      ['--host=192.0.2.1', '--port=0'],
      ['none'],
    ];
    for (const line of lines) {
      const { stderr, code } = run(line, { cwd: site.root });
      assert.ok(Number(code) > 0, stderr);
      const last = problemIn(task, stderr.trim().split('\n').at(-1));
      assert.equal(last?.severity, 'error', stderr);
      assert.equal(last.at, 'liveserve');
    }
    other.close();
  });

  test('a notice is none, so that it does not stop the next F5', () => {
    const notices = noticesInSource().filter((notice) => !/^%(s|$)/.test(notice));
    assert.ok(notices.length >= 15, String(notices.length));
    for (const notice of notices) {
      const line = `liveserve: ${notice.replace('%s is too large', 'a is too large').replace(/%z?[ud]/, '1')}`;
      assert.deepEqual(problemIn(task, line), null, line);
    }
    const others = [
      '… and 3 more like this: x',
      '3 lines are missing here: the output was not read',
      '3 packets were not listed, as the server was too busy',
      '--https uses --cert and --key as they are now, for they have changed',
      '--https goes on with the former certificate: "key.pem" is locked; give its --passphrase',
    ];
    for (const text of [...others, '.vscode/settings.json is not used: it belongs to another user'])
      assert.deepEqual(problemIn(task, `liveserve: ${text}`), null, text);
  });

  test('a mistake in the settings is a warning at its place', () => {
    const text = 'port "x": give a number from 0 to 65535';
    for (const [file, folder] of [
      ['.liveserve.json', opened],
      ['/home/me/.config/liveserve.json', ''],
    ])
      assert.deepEqual(problemIn(task, `liveserve: ${file}:3: ${text}`), {
        severity: 'warning',
        folder,
        at: `${file}:3`,
        text,
      });
  });

  test('an error of a page, and a broken file, are warnings at their places', () => {
    /** @type {[string, string, string][]} */
    const rows = [
      ['error on / (Chrome): x is not defined  app.js:3:5', 'app.js:3:5', 'x is not defined'],
      ['error on /a.html: a  b: c  my js/app.js:12', 'my js/app.js:12', 'a  b: c'],
      ['a.css:3  "{" is not closed', 'a.css:3', '"{" is not closed'],
    ];
    for (const [line, at, text] of rows)
      assert.deepEqual(problemIn(task, `12:00:01  ${line}`), {
        severity: 'warning',
        folder: served,
        at,
        text,
      });
    for (const line of [
      'error on / (Chrome): x  https://example.org/x.js:1:2',
      'error on / (Chrome): x',
      'log on / (Chrome): x  app.js:3:5',
    ])
      assert.equal(problemIn(task, `12:00:01  ${line}`), null, line);
  });
});

test('a file that was mended leaves the list of problems', () => {
  const site = makeSite({ 'index.html': '<p>one' });
  init(site);
  const [task] = read(site, 'tasks.json').tasks;
  const { background, fileLocation } = task.problemMatcher.find(
    ({ background: each }) => each && !each.activeOnStart,
  );
  const begins = new RegExp(background.beginsPattern.regexp);
  const line = '12:00:01  my css/a.css  has no error any more';
  const outdated = '12:00:01  js/a b.js  is new, so its errors are outdated';
  assert.equal(begins.exec(outdated)[background.beginsPattern.file], 'js/a b.js');
  assert.equal(problemIn(task, outdated), null);
  // What one matcher lists leaves by another only if both have the same owner.
  assert.equal(new Set(task.problemMatcher.map(({ owner }) => owner)).size, 1);
  assert.deepEqual(fileLocation, ['relative', '${workspaceFolder}']);
  assert.equal(begins.exec(line)[background.beginsPattern.file], 'my css/a.css');
  assert.equal(problemIn(task, line), null);
  const next = '12:00:01  changed my css/a.css, told 1 page';
  assert.ok(!begins.test(next) && new RegExp(background.endsPattern).test(next));
});

// VS Code reads line by line. It looks for beginsPattern first, then for endsPattern.
test('the matcher knows from what is really printed when the task is ready', () => {
  const site = makeSite({ 'index.html': '<p>one' });
  init(site);
  const [task] = read(site, 'tasks.json').tasks;
  const { background } = task.problemMatcher[0];
  const begins = new RegExp(background.beginsPattern);
  const ends = new RegExp(background.endsPattern);
  const states = (lines) =>
    lines.map((line) => (begins.test(line) ? 'busy' : ends.test(line) ? 'ready' : ''));
  return withServer({ root: site.root, complaints: /evil/ }, async (server) => {
    await server.waitForLine(/Stop/);
    assert.deepEqual(states(server.lines), ['busy', '', 'ready', '', 'ready']);
    site.write('index.html', '<p>two');
    await server.waitForLine(/changed index\.html/);
    assert.equal(run(['reload'], { cwd: site.root }).code, 0);
    await server.waitForLine(/asked to reload/);
    assert.deepEqual(states(server.lines).slice(5), ['ready', 'ready']);
    for (const line of server.lines) assert.deepEqual(problemIn(task, line), null, line);
    const quiet = ['liveserve 0.1.0', '  Open      http://localhost:9000/'];
    assert.deepEqual(states(quiet), ['busy', 'ready']);
  });
});

test('the task starts a server that is open where the debuggers look', async () => {
  const site = makeSite({ 'index.html': '<p>' });
  init(site);
  const [task] = read(site, 'tasks.json').tasks;
  assert.equal(task.command, 'liveserve');
  const port = task.args.find((arg) => arg.startsWith('--port='));
  assert.equal(
    read(site, 'launch.json').configurations[0].url,
    `http://localhost:${port.slice(7)}/`,
  );
  const args = task.args.map((arg) => (arg === port ? '--port=0' : arg));
  await withServer({ cwd: site.root, args }, (server) => assert.ok(server.port > 0));
});
