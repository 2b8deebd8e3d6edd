/**
 * Real editors with `liveserve lsp`: what is typed in them is shown before it is saved, problems arrive in them and go,
 * and the disk counts when they are killed. `./dev editors` runs this; an editor that is not installed is named.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { get } from '../support/http.js';
import { makeSite, startServer, until } from '../support/server.js';
import { answerOf, mustAct, startEditor } from './act.js';
import * as neovim from './neovim.js';

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * An editor that a test drives from outside, and the keys that a person would press.
 *
 * @typedef {object} Driver
 * @property {string} program
 * @property {(socket: string) => string[]} start the command that starts the editor, in a terminal if keys go there
 * @property {(socket: string, file: string) => string[]} open the command that does it; so with those below
 * @property {(socket: string) => string[]} count prints how many problems there are in the document
 * @property {(socket: string) => string[]} process prints the number of its process
 * @property {(text: string) => string} typing the keys that add text at the end of the document
 * @property {string} saving the keys that save it
 * @property {(socket: string, keys: string) => string[]} [press] if keys do not go to a terminal
 */

/** @type {Record<string, Driver>} */
const drivers = {
  neovim: {
    program: 'nvim',
    start: neovim.startCommand,
    open: neovim.openCommand,
    count: (socket) => neovim.control(socket, '--remote-expr', 'luaeval("#vim.diagnostic.get(0)")'),
    process: (socket) => neovim.control(socket, '--remote-expr', 'getpid()'),
    typing: (text) => `<Esc>G$a${text.replace('<', '<lt>')}<Esc>`,
    saving: '<Esc>:write<CR>',
    press: neovim.pressCommand,
  },
  emacs: {
    program: 'emacs',
    start: (socket) => [
      ...['script', '-qec'],
      `emacs -nw -q -l ${path.join(here, 'emacs.el')} --eval '(test-serve "${socket}")'`,
      '/dev/null',
    ],
    open: (socket, file) => emacs(socket, `(test-open "${file}")`),
    count: (socket) =>
      emacs(socket, '(with-current-buffer "a.css" (length (flymake-diagnostics)))'),
    process: (socket) => emacs(socket, '(emacs-pid)'),
    typing: (text) => `\x1b>${text}`,
    saving: '\x18\x13',
  },
};

/**
 * @param {string} socket
 * @param {string} expression
 */
function emacs(socket, expression) {
  return ['emacsclient', '-s', socket, '--eval', expression];
}

/** @param {string} text */
const squeeze = (text) => text.replaceAll(/\s/g, '');

/** @param {string[]} command that prints a number */
const numberOf = (command) => Number.parseInt(answerOf(command));

for (const [name, driver] of Object.entries(drivers)) {
  const version = spawnSync(driver.program, ['--version'], { encoding: 'utf8' }).stdout;

  describe(name, { skip: version ? false : `${driver.program} is not installed` }, () => {
    test(`shows what is typed, problems, and the disk when it is killed (${version?.split('\n')[0]})`, async () => {
      const site = makeSite({ 'index.html': '<p>', 'a.css': 'p { color: red }' });
      const server = await startServer({ root: site.root });
      const { socket, editor } = await startEditor(site, driver.start);
      const shows = (/** @type {string} */ text) =>
        until(`a.css to be ${text}`, async () => {
          const { body } = await get(server, '/a.css');
          // Emacs ends the last line when it saves, and indents.
          return squeeze(body.toString()) === squeeze(text);
        });
      /** @param {string} keys */
      const press = (keys) => {
        if (driver.press) mustAct(driver.press(socket, keys));
        else editor.stdin.write(keys);
      };
      const counts = (/** @type {number} */ count) =>
        until(`${count} problems`, () => {
          return numberOf(driver.count(socket)) === count;
        });

      await get(server, '/a.css');
      mustAct(driver.open(socket, site.path('a.css')));
      press(driver.typing(' q { top: 0 }'));
      await shows('p { color: red } q { top: 0 }');
      assert.equal(site.read('a.css').trimEnd(), 'p { color: red }');
      press(driver.typing(' r {'));
      await shows('p { color: red } q { top: 0 } r {');
      await counts(1);
      press(driver.typing('}'));
      await counts(0);
      press(driver.saving);
      await until('the file', () => site.read('a.css').trimEnd().endsWith('r {}'));
      press(driver.typing(' s {}'));
      await shows('p { color: red } q { top: 0 } r {} s {}');
      process.kill(numberOf(driver.process(socket)), 'SIGKILL');
      await shows('p { color: red } q { top: 0 } r {}');
      await server.kill();
    });
  });
}
