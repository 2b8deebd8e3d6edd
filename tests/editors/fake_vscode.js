/**
 * fake_vscode: the few parts of VS Code's interface for extensions that ours uses, made by hand.
 */

import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import path from 'node:path';

class Uri {
  constructor(scheme, fsPath) {
    Object.assign(this, { scheme, fsPath });
  }
  static file = (file) => new Uri('file', file);
  static parse(text) {
    const url = new URL(text);
    return url.protocol === 'file:'
      ? new Uri('file', decodeURIComponent(url.pathname))
      : Object.assign(new Uri(url.protocol.slice(0, -1), ''), { text });
  }
  toString() {
    return this['text'] ?? `file://${encodeURI(this['fsPath'])}`;
  }
}

/** A document of the editor. */
export const document = (file, text = '', version = 1) => ({
  uri: Uri.file(file),
  languageId: path.extname(file).slice(1),
  version,
  getText: () => text,
});

/** The classes and constants. */
const TYPES = {
  version: '1.100.0',
  Uri,
  StatusBarAlignment: { Right: 2 },
  ViewColumn: { Beside: -2 },
  FileType: { Directory: 2 },
  DiagnosticSeverity: { Error: 0, Warning: 1 },
  Position: class Position {
    constructor(line, character) {
      Object.assign(this, { line, character });
    }
    translate(lines, characters) {
      return new Position(this['line'] + lines, this['character'] + characters);
    }
  },
  Range: class {
    constructor(start, end) {
      Object.assign(this, { start, end });
    }
  },
  Diagnostic: class {
    constructor(range, message, severity) {
      Object.assign(this, { range, message, severity });
    }
  },
};

/** What the extension has done. */
const createSeen = () => ({
  commands: {},
  executed: [],
  errors: [],
  messages: [],
  lines: [],
  opened: [],
  shown: [],
  problems: new Map(),
  button: { isShown: false, text: '', command: '' },
  saves: 0,
  events: new EventEmitter(),
});

/** @param {ReturnType<typeof createSeen>} seen */
const createListening = (seen) => (name) => (listener) => {
  seen.events.on(name, listener);
  return { dispose: () => seen.events.off(name, listener) };
};

/** @param {ReturnType<typeof createSeen>} seen */
const createActing = (seen) => ({
  env: {
    appName: 'VS Code',
    asExternalUri: async (uri) => uri,
    openExternal: async (uri) => seen.opened.push(String(uri)),
  },
  commands: {
    registerCommand(name, run) {
      seen.commands[name] = run;
      return { dispose() {} };
    },
    executeCommand: async (...values) => seen.executed.push(values),
  },
  languages: {
    createDiagnosticCollection: () => ({
      set: (uri, list) => seen.problems.set(String(uri), list),
      delete: (uri) => seen.problems.delete(String(uri)),
    }),
  },
  window: {
    activeTextEditor: undefined,
    createOutputChannel: () => ({ appendLine: (line) => seen.lines.push(line), show() {} }),
    createStatusBarItem: () =>
      Object.assign(seen.button, {
        show: () => (seen.button.isShown = true),
        hide: () => (seen.button.isShown = false),
      }),
    showErrorMessage: (text) => void seen.errors.push(text),
    showInformationMessage: (text) => void seen.messages.push(text),
    showQuickPick: async (items) => items[0],
    showTextDocument: async (uri, options) => {
      seen.shown.push([String(uri), options]);
      return {};
    },
    onDidChangeTextEditorSelection: createListening(seen)('selection'),
  },
});

/**
 * @param {Record<string, unknown>} user
 * @param {Record<string, unknown>} workspace
 */
const createConfiguration = (user, workspace) => (section) => {
  const both = { ...user, ...workspace };
  const own = Object.keys(both).filter((name) => name.startsWith(`${section}.`));
  return {
    ...Object.fromEntries(own.map((name) => [name.slice(section.length + 1), both[name]])),
    get: (key) => both[`${section}.${key}`],
    inspect: (key) => ({
      globalValue: user[`${section}.${key}`],
      workspaceValue: workspace[`${section}.${key}`],
    }),
  };
};

/**
 * @param {object} [options]
 * @param {string[]} [options.folders] of the workspace
 * @param {boolean} [options.isTrusted]
 * @param {Record<string, unknown>} [options.user] settings by their whole name
 * @param {Record<string, unknown>} [options.workspace]
 * @param {string[]} [options.isFolder] which paths are folders
 */
export function createVscode(options = {}) {
  const { folders = [], isTrusted = true, user = {}, workspace = {}, isFolder = [] } = options;
  const seen = createSeen();
  const on = createListening(seen);
  const vscode = {
    ...TYPES,
    ...createActing(seen),
    workspace: {
      isTrusted,
      workspaceFolders: folders.map((folder) => ({ uri: Uri.file(folder) })),
      textDocuments: [],
      fs: { stat: async ({ fsPath }) => ({ type: isFolder.includes(fsPath) ? 2 : 1 }) },
      saveAll: async () => void seen.saves++,
      getConfiguration: createConfiguration(user, workspace),
      onDidChangeConfiguration: on('configuration'),
      onDidOpenTextDocument: on('open'),
      onDidChangeTextDocument: on('change'),
      onDidSaveTextDocument: on('save'),
      onDidCloseTextDocument: on('close'),
    },
  };
  return { vscode: /** @type {any} */ (vscode), seen };
}

/** A process that a test speaks for. */
export class FakeProcess extends EventEmitter {
  stdin = new PassThrough();
  stdout = new PassThrough();
  stderr = new PassThrough();
  signals = [];

  constructor(program, args, options) {
    super();
    Object.assign(this, { program, args, options });
  }

  kill(signal) {
    this.signals.push(signal);
    if (signal !== 'SIGHUP') this.end();
  }

  end() {
    if (this['hasEnded']) return;
    this['hasEnded'] = true;
    this.stdout.end();
    this.stderr.end();
    setImmediate(() => this.emit('close', 0));
  }

  /** An event of the server. */
  say(event) {
    this.stdout.write(`${JSON.stringify({ time: '2026-01-01T12:00:00.000Z', ...event })}\n`);
  }
}

/** Lets everything that waits for a promise or a stream go on. */
export async function settle() {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}
