/**
 * neovim: a real Neovim with `liveserve lsp`, set up as editors/neovim.md says, whose keys come over its socket.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { control, openCommand, startCommand } from '../tests/real_editors/neovim.js';
import { LIVESERVE, sleep } from './servers.mjs';
import { makeFolder } from './sites.mjs';

const GIVE_UP_MS = 30000;
const LOOK_MS = 50;

/** A text of MessagePack. @param {string} text of less than 256 bytes */
function packText(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0xd9, bytes.length]), bytes]);
}

/** A notification of MessagePack-RPC with one text. @param {string} method @param {string} text */
const packCall = (method, text) =>
  Buffer.concat([Buffer.from([0x93, 2]), packText(method), Buffer.from([0x91]), packText(text)]);

/** @template T @param {string} what @param {() => T | Promise<T>} look @returns {Promise<T>} */
async function until(what, look) {
  for (const giveUp = Date.now() + GIVE_UP_MS; Date.now() < giveUp; await sleep(LOOK_MS)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`Neovim: ${what} did not come about in ${GIVE_UP_MS / 1000} s`);
}

/** @param {string} socket @returns {Promise<net.Socket | null>} null while nobody listens */
function connect(socket) {
  return new Promise((resolve) => {
    const connection = net.connect(socket, () => resolve(connection));
    connection.on('error', () => resolve(null));
  });
}

/** What a command says; version 0.7 says it on standard error. @param {string[]} command */
function answerOf([program, ...args]) {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: GIVE_UP_MS });
  return `${stdout}${stderr}`.trim();
}

/** @param {string} root the folder of the site */
export async function startNeovim(root) {
  const home = makeFolder();
  const socket = path.join(home, 'socket');
  const [program, ...args] = startCommand(socket);
  // The lines of editors/neovim.md start it by its name.
  fs.symlinkSync(path.resolve(LIVESERVE), path.join(home, 'liveserve'));
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_STATE_HOME: home,
      PATH: `${home}:${process.env.PATH}`,
    },
    stdio: 'ignore',
  });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const connection = await until('its socket', () => connect(socket));
  connection.resume();
  const evaluate = (/** @type {string} */ text) => answerOf(control(socket, '--remote-expr', text));
  const press = (/** @type {string} */ keys) => connection.write(packCall('nvim_input', keys));

  return {
    /** Types keys as :help key-notation writes them. */
    press,
    /** Opens a file of the site, and types the keys that lead to the place. @param {string} file @param {string} keys */
    async open(file, keys) {
      answerOf(openCommand(socket, file));
      const attached = 'luaeval("#vim.lsp.get_active_clients()")';
      await until('its language server', () => evaluate(attached) === '1');
      press(keys);
      await until('insert mode', () => evaluate('mode()') === 'i');
    },
    async stop() {
      press('<Esc>:qall!<CR>');
      await once(child, 'exit');
      connection.destroy();
      process.off('exit', kill);
    },
  };
}
