/**
 * session: one folder that is served: the server, and the language client that tells it what is not saved and brings the
 * problems.
 */
'use strict';

const { isBelow } = require('./addresses');
const { followDocuments } = require('./documents');
const { startLanguageClient } = require('./language_client');
const { createProblems } = require('./problems');
const { startServer } = require('./server');
const { lineOf } = require('./words');

// VS Code ends a range where the line ends.
const LONG_LINE = 1000;

/**
 * @typedef {object} SessionOptions
 * @property {typeof import('vscode')} vscode
 * @property {typeof import('node:child_process').spawn} spawn
 * @property {import('vscode').OutputChannel} output
 * @property {import('vscode').DiagnosticCollection} problems
 * @property {string} folder
 * @property {string} program
 * @property {string[]} args
 * @property {() => void} changed called when state() is another one
 * @property {(reason: string | null) => void} ended called once
 */

/** @param {SessionOptions} options */
function createSession(options) {
  const { vscode, spawn, output, folder, program, args, changed, ended } = options;
  /** @type {import('./words').State} */
  let state = { state: 'starting' };
  /** @type {{stop: () => Promise<void>} | undefined} */
  let editing;
  let isFromEvents = true;
  const found = createProblems(folder, (file, list) =>
    options.problems.set(vscode.Uri.file(file), list.map(diagnosticOf(vscode))),
  );

  const server = startServer({
    program,
    args,
    folder,
    spawn,
    onEvent(event) {
      const line = lineOf(event);
      if (line) output.appendLine(line);
      if (isFromEvents) found.take(event);
      if (event.event === 'pages') state = { ...state, pages: event.open };
      if (event.event === 'start')
        state = { ...state, state: 'on', url: event.url, root: event.root };
      if (event.event === 'pages' || event.event === 'start') changed();
    },
    onEnd(reason) {
      if (reason) output.appendLine(reason);
      found.clear();
      editing?.stop();
      ended(reason);
    },
  });
  server.started.then(
    () => {
      editing = startEditing(vscode, options, () => {
        isFromEvents = false;
        found.clear();
      });
    },
    () => {},
  );
  return {
    started: server.started,
    state: () => state,
    reload: server.reload,
    async stop() {
      await editing?.stop();
      await server.stop();
    },
  };
}

/** @param {typeof import('vscode')} vscode */
const diagnosticOf = (vscode) => (/** @type {import('./problems').Problem} */ problem) => {
  const { line, column = 1, text } = problem;
  const place = new vscode.Position(line - 1, column - 1);
  const range = new vscode.Range(place, problem.column ? place : place.translate(0, LONG_LINE));
  const diagnostic = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Error);
  return Object.assign(diagnostic, { source: 'liveserve' });
};

/**
 * @param {typeof import('vscode')} vscode
 * @param {SessionOptions} options
 * @param {() => void} publishes called when the language server has something to say of a file
 */
function startEditing(vscode, { spawn, output, problems, folder, program }, publishes) {
  const uri = vscode.Uri.file(folder);
  /** @type {Set<string>} the URIs of the files that have problems */
  const named = new Set();
  const client = startLanguageClient({
    program,
    folder: { uri: uri.toString(), name: folder.split('/').pop() ?? '', path: folder },
    editor: vscode.env.appName,
    version: vscode.version,
    unsaved: !!vscode.workspace.getConfiguration('liveserve', uri).get('unsaved'),
    spawn,
    log: (sentence) => output.appendLine(sentence),
    handlers: createHandlers(vscode, { output, problems, folder, named, publishes }),
  });
  const documents = followDocuments(vscode, folder, client.notify);
  client.ready.catch((error) => output.appendLine(`liveserve lsp: ${error.message}`));
  return {
    async stop() {
      documents.dispose();
      for (const name of named) problems.delete(vscode.Uri.parse(name));
      named.clear();
      await client.stop();
    },
  };
}

/**
 * What the language server may have the editor do.
 *
 * @param {typeof import('vscode')} vscode
 * @param {{output: import('vscode').OutputChannel, problems: import('vscode').DiagnosticCollection, folder: string,
 *   named: Set<string>, publishes: () => void}} options
 * @returns {Record<string, (params: any) => unknown>}
 */
function createHandlers(vscode, { output, problems, folder, named, publishes }) {
  /** @param {{line: number, character: number}} place */
  const placeOf = ({ line, character }) => new vscode.Position(line, character);
  /** @param {any} range */
  const rangeOf = ({ start, end }) => new vscode.Range(placeOf(start), placeOf(end));
  const { Error: ERROR } = vscode.DiagnosticSeverity;

  return {
    'textDocument/publishDiagnostics'({ uri, diagnostics }) {
      if (!named.size) publishes();
      named.add(uri);
      const list = diagnostics.map((/** @type {any} */ { range, message, severity, source }) =>
        // VS Code counts from 0, LSP from 1.
        Object.assign(
          new vscode.Diagnostic(rangeOf(range), message, severity ? severity - 1 : ERROR),
          { source },
        ),
      );
      problems.set(vscode.Uri.parse(uri), list);
    },
    // A page has asked for it, so it is a file of the folder, and nothing else.
    async 'window/showDocument'({ uri, selection }) {
      const wanted = vscode.Uri.parse(uri);
      if (wanted.scheme !== 'file' || !isBelow(folder, wanted.fsPath)) return { success: false };
      const shown = await vscode.window.showTextDocument(wanted, {
        selection: selection && rangeOf(selection),
      });
      return { success: !!shown };
    },
    'window/showMessage': ({ message }) => void vscode.window.showInformationMessage(message),
    'window/logMessage': ({ message }) => output.appendLine(message),
  };
}

module.exports = { createSession };
