/**
 * act: starts a real editor with a site, and commands that control it.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { atEnd, environment, makeSite, until } from '../support/server.js';

/**
 * Starts an editor in the folder of a site, with a home of its own, and waits until it can be controlled.
 *
 * @param {import('../support/server.js').Site} site
 * @param {(socket: string) => string[]} command
 */
export async function startEditor(site, command) {
  const tools = makeSite();
  const socket = tools.path('socket');
  const [program, ...args] = command(socket);
  const editor = spawn(program, args, {
    cwd: site.root,
    env: environment({
      HOME: tools.root,
      XDG_CONFIG_HOME: tools.root,
      XDG_DATA_HOME: tools.root,
      TMPDIR: tools.root,
      PATH: `${path.dirname(process.env.LIVESERVE)}:${process.env.PATH}`,
      TERM: 'xterm',
    }),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  atEnd(() => editor.kill('SIGKILL'));
  await until('the editor', () => fs.existsSync(socket));
  return { socket, editor };
}

/** @param {string[]} command */
function act([program, ...args]) {
  return spawnSync(program, args, { encoding: 'utf8', timeout: 30000, killSignal: 'SIGKILL' });
}

/** What a command says. Neovim 0.7 prints it on standard error. @param {string[]} command */
export function answerOf(command) {
  const { stdout, stderr } = act(command);
  return `${stdout}${stderr}`.trim();
}

/** @param {string[]} command that has to succeed */
export function mustAct(command) {
  const { status, stdout, stderr } = act(command);
  assert.equal(status, 0, `${command.join(' ')}\n${stdout}${stderr}`);
}
