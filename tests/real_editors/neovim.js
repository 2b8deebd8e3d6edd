/**
 * neovim: Neovim without a window, with the lines that editors/neovim.md gives to its users.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../editors/neovim.md', import.meta.url));

/** Its first line; empty when there is none. */
export const version =
  spawnSync('nvim', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? '';

/** The code in the page below a heading. @param {string} heading */
function linesBelow(heading) {
  const text = fs.readFileSync(PAGE, 'utf8');
  const [, section] = text.split(`\n## ${heading}\n`);
  const code = [...section.split('\n## ')[0].matchAll(/```lua\n(.*?)```/gs)];
  if (!code.length) throw new Error(`${PAGE} has no lines for Neovim ${heading}`);
  return code.map(([, lines]) => lines).join('');
}

/**
 * The command that starts it. It is controlled over socket, a name in a folder where its settings go, too.
 *
 * @param {string} socket
 */
export function startCommand(socket) {
  const settings = path.join(path.dirname(socket), 'init.lua');
  fs.writeFileSync(settings, linesBelow('0.7'));
  return ['nvim', '--headless', '-n', '-i', 'NONE', '-u', settings, '--listen', socket];
}

/** The command by which it does something. @param {string} socket @param {...string} args */
export const control = (socket, ...args) => ['nvim', '--server', socket, ...args];

/** The command by which a person opens a file in it. @param {string} socket @param {string} file */
export const openCommand = (socket, file) =>
  control(socket, '--remote-expr', `execute("edit ${file}")`);

/** The command by which a person presses keys. @param {string} socket @param {string} keys */
export const pressCommand = (socket, keys) => control(socket, '--remote-send', keys);
