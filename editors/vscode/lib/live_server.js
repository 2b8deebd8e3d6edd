/**
 * live_server: what the button, the menus and the commands do. There is one server for each folder of the workspace.
 */
'use strict';

const path = require('node:path');
const { addressOf, isBelow } = require('./addresses');
const { findProgram } = require('./program');
const { createSession } = require('./session');
const { argumentsOf, ownArgumentsOf } = require('./settings');
const { statusOf } = require('./words');

const BUTTON_PRIORITY = 100;

/**
 * @typedef {object} Given
 * @property {typeof import('vscode')} vscode
 * @property {import('vscode').ExtensionContext} context
 * @property {typeof import('node:child_process').spawn} spawn
 * @property {(file: string) => boolean} isProgram
 * @property {NodeJS.ProcessEnv} env
 *
 * @typedef {ReturnType<typeof createSession>} Session
 * @typedef {{file: string, isFolder: boolean}} Wanted
 */

/** @param {Given} given */
function createLiveServer(given) {
  const { vscode, context } = given;
  const output = vscode.window.createOutputChannel('liveserve');
  const problems = vscode.languages.createDiagnosticCollection('liveserve');
  const button = vscode.window.createStatusBarItem(
    'liveserve.button',
    vscode.StatusBarAlignment.Right,
    BUTTON_PRIORITY,
  );
  /** @type {Map<string, Session>} by folder */
  const sessions = new Map();

  const show = () => showButton(vscode, button, sessions);

  /** @param {string} folder @returns {Session | undefined} after an error message it is undefined */
  function begin(folder) {
    const program = findOwnProgram(given, folder);
    if (!program) return undefined;
    const session = createSession({
      ...given,
      output,
      problems,
      folder,
      program,
      args: argumentsFor(vscode, folder),
      changed: show,
      ended(reason) {
        sessions.delete(folder);
        show();
        if (reason) vscode.window.showErrorMessage(`liveserve: ${reason}`);
      },
    });
    sessions.set(folder, session);
    show();
    return session;
  }

  /** @type {(argument: any, where?: string) => Promise<void>} */
  async function open(argument, where) {
    const wanted = await findWanted(vscode, argument);
    const folder = await findFolder(vscode, wanted);
    if (!folder) return;
    // As Live Server, if pages show only what is saved.
    if (!vscode.workspace.getConfiguration('liveserve').unsaved)
      await vscode.workspace.saveAll(false);
    const session = sessions.get(folder) ?? begin(folder);
    const served = await session?.started.catch(() => undefined);
    if (served) await showPage(vscode, addressOf(served.url, served.root, wanted), where);
  }

  const { registerCommand } = vscode.commands;
  context.subscriptions.push(
    output,
    problems,
    button,
    registerCommand('liveserve.open', (argument) => open(argument)),
    registerCommand('liveserve.openBeside', (argument) => open(argument, 'editor')),
    registerCommand('liveserve.stop', () => stopOne(vscode, sessions)),
    registerCommand('liveserve.reload', () => sessions.forEach((session) => session.reload())),
    registerCommand('liveserve.output', () => output.show(true)),
    vscode.workspace.onDidChangeConfiguration(show),
  );
  show();
  return { stopAll: () => Promise.all([...sessions.values()].map((session) => session.stop())) };
}

/**
 * @param {typeof import('vscode')} vscode
 * @param {import('vscode').StatusBarItem} button
 * @param {Map<string, Session>} sessions
 */
function showButton(vscode, button, sessions) {
  const states = [...sessions.values()].map(({ state }) => state());
  Object.assign(button, statusOf(states));
  button.command = sessions.size ? 'liveserve.stop' : 'liveserve.open';
  vscode.commands.executeCommand('setContext', 'liveserve.isRunning', sessions.size > 0);
  const { showOnStatusbar = true } = vscode.workspace.getConfiguration('liveServer.settings');
  if (showOnStatusbar) button.show();
  else button.hide();
}

/**
 * @param {Given} given
 * @param {string} folder
 * @returns {string | undefined} undefined after an error message
 */
function findOwnProgram({ vscode, env, isProgram }, folder) {
  const own = vscode.workspace.getConfiguration('liveserve').inspect('path');
  const found = findProgram({
    setting: String(own?.globalValue ?? ''),
    searchPath: env.PATH ?? '',
    folder: vscode.workspace.isTrusted ? folder : null,
    isProgram,
  });
  if ('file' in found) return found.file;
  vscode.window.showErrorMessage(found.error);
  return undefined;
}

/**
 * @param {typeof import('vscode')} vscode
 * @param {string} folder
 */
function argumentsFor(vscode, folder) {
  const uri = vscode.Uri.file(folder);
  const settings = vscode.workspace.getConfiguration('liveServer.settings', uri);
  const own = vscode.workspace.getConfiguration('liveserve', uri);
  return [...argumentsOf((key) => settings.inspect(key)), ...ownArgumentsOf((key) => own.get(key))];
}

/**
 * @param {typeof import('vscode')} vscode
 * @param {Map<string, Session>} sessions
 */
async function stopOne(vscode, sessions) {
  const folders = [...sessions.keys()];
  const isOne = folders.length < 2;
  const chosen = isOne ? folders[0] : await vscode.window.showQuickPick(folders, { title: 'Stop' });
  await sessions.get(chosen ?? '')?.stop();
}

/**
 * What the user means: what the menu was opened on, else the file in the editor.
 *
 * @param {typeof import('vscode')} vscode
 * @param {any} argument
 * @returns {Promise<Wanted | null>}
 */
async function findWanted(vscode, argument) {
  const uri = argument?.fsPath ? argument : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') return null;
  const state = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => null);
  return { file: uri.fsPath, isFolder: state?.type === vscode.FileType.Directory };
}

/**
 * The folder to serve: that of the workspace in which the file lies; without a workspace, that of the file.
 *
 * @param {typeof import('vscode')} vscode
 * @param {Wanted | null} wanted
 * @returns {Promise<string | undefined>}
 */
async function findFolder(vscode, wanted) {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  const own = wanted && folders.filter((folder) => isBelow(folder, wanted.file));
  if (own?.length) return own.reduce((a, b) => (b.length > a.length ? b : a));
  if (folders.length > 1) return vscode.window.showQuickPick(folders, { title: 'Serve' });
  if (folders.length) return folders[0];
  if (wanted) return wanted.isFolder ? wanted.file : path.dirname(wanted.file);
  vscode.window.showErrorMessage('liveserve: open a folder first; it is what is served.');
  return undefined;
}

/**
 * @param {typeof import('vscode')} vscode
 * @param {string} url
 * @param {string} [where] else as the settings say
 */
async function showPage(vscode, url, where) {
  const { openIn } = vscode.workspace.getConfiguration('liveserve');
  const { NoBrowser } = vscode.workspace.getConfiguration('liveServer.settings');
  const place = where ?? (NoBrowser ? 'nowhere' : openIn);
  const uri = await vscode.env.asExternalUri(vscode.Uri.parse(url));
  if (place === 'editor')
    await vscode.commands.executeCommand('simpleBrowser.api.open', uri, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
  else if (place === 'browser') await vscode.env.openExternal(uri);
}

module.exports = { createLiveServer };
