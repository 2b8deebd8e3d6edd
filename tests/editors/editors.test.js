/**
 * Real editors with `liveserve lsp`: what is typed in them is shown before it is saved, problems arrive in them and go,
 * and the disk counts when they are killed. `./dev editors` runs this; an editor that is not installed is named.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { get } from '../support/http.js';
import { atEnd, environment, makeSite, startServer, until } from '../support/server.js';

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * An editor that a test drives from outside.
 *
 * @typedef {object} Driver
 * @property {string} program
 * @property {(socket: string) => string[]} args of the editor
 * @property {(socket: string, file: string) => string[]} open the commands that do it, with their arguments
 * @property {(socket: string, text: string) => string[]} type at the end of the document
 * @property {(socket: string) => string[]} save
 * @property {(socket: string) => string[]} count prints how many problems there are in the document
 */

/** @type {Record<string, Driver>} */
const drivers = {
  neovim: {
    program: 'nvim',
    args: (socket) => [
      '--headless',
      '-n',
      '-i',
      'NONE',
      '-u',
      path.join(here, 'neovim.lua'),
      '--listen',
      socket,
    ],
    open: (socket, file) => ['nvim', '--server', socket, '--remote-send', `:edit ${file}<CR>`],
    type: (socket, text) => [
      'nvim',
      '--server',
      socket,
      '--remote-send',
      `<Esc>G$a${text.replace('<', '<lt>')}<Esc>`,
    ],
    save: (socket) => ['nvim', '--server', socket, '--remote-send', '<Esc>:write<CR>'],
    count: (socket) => [
      'nvim',
      '--server',
      socket,
      '--remote-expr',
      'luaeval("#vim.diagnostic.get(0)")',
    ],
  },
  emacs: {
    program: 'emacs',
    args: (socket) => ['-Q', '-l', path.join(here, 'emacs.el'), `--fg-daemon=${socket}`],
    open: (socket, file) => emacs(socket, `(test-open ${JSON.stringify(file)})`),
    type: (socket, text) => emacs(socket, `(test-type ${JSON.stringify(text)})`),
    save: (socket) => emacs(socket, '(with-current-buffer (car (buffer-list)) (save-buffer))'),
    count: (socket) =>
      emacs(socket, '(with-current-buffer (car (buffer-list)) (length (flymake-diagnostics)))'),
  },
};

/**
 * @param {string} socket
 * @param {string} expression
 */
function emacs(socket, expression) {
  return ['emacsclient', '-s', socket, '--eval', expression];
}

/** @param {string[]} command */
function act([program, ...args]) {
  return spawnSync(program, args, { encoding: 'utf8', timeout: 30000, killSignal: 'SIGKILL' });
}

/** @param {string[]} command that has to succeed */
function mustAct(command) {
  const { status, stdout, stderr } = act(command);
  assert.equal(status, 0, `${command.join(' ')}\n${stdout}${stderr}`);
}

for (const [name, driver] of Object.entries(drivers)) {
  const version = spawnSync(driver.program, ['--version'], { encoding: 'utf8' }).stdout;

  describe(name, { skip: version ? false : `${driver.program} is not installed` }, () => {
    test(`shows what is typed, problems, and the disk when it is killed (${version?.split('\n')[0]})`, async () => {
      const site = makeSite({ 'index.html': '<p>', 'a.css': 'p { color: red }' });
      const tools = makeSite();
      const socket = tools.path('socket');
      const server = await startServer({ root: site.root });
      const editor = spawn(driver.program, driver.args(socket), {
        cwd: site.root,
        env: environment({
          HOME: tools.root,
          XDG_CONFIG_HOME: tools.root,
          XDG_DATA_HOME: tools.root,
          SITE: site.root,
        }),
        stdio: 'ignore',
      });
      atEnd(() => editor.kill('SIGKILL'));
      const shows = (/** @type {string} */ text) =>
        until(`a.css to be ${text}`, async () => {
          const { body } = await get(server, '/a.css');
          return body.toString().trimEnd() === text;
        });
      const counts = (/** @type {number} */ count) =>
        until(`${count} problems`, () => {
          const { stdout, stderr } = act(driver.count(socket)); // Neovim 0.7 prints on the latter.
          return `${stdout}${stderr}`.trim() === `${count}`;
        });

      await until('the editor', () => fs.existsSync(socket));
      await get(server, '/a.css');
      mustAct(driver.open(socket, site.path('a.css')));
      mustAct(driver.type(socket, ' q { top: 0 }'));
      await shows('p { color: red } q { top: 0 }');
      assert.equal(site.read('a.css').trimEnd(), 'p { color: red }');
      mustAct(driver.type(socket, ' r {'));
      await shows('p { color: red } q { top: 0 } r {');
      await counts(1);
      mustAct(driver.type(socket, '}'));
      await counts(0);
      mustAct(driver.save(socket));
      await until('the file', () => site.read('a.css').trimEnd().endsWith('r {}'));
      mustAct(driver.type(socket, ' s {}'));
      await shows('p { color: red } q { top: 0 } r {} s {}');
      editor.kill('SIGKILL');
      await shows('p { color: red } q { top: 0 } r {}');
      await server.kill();
    });
  });
}
