/**
 * documents: tells the language server what is open, what is typed, what is saved and where the cursor is.
 */
'use strict';

const { isBelow } = require('./addresses');

const CURSOR_MS = 50;

/**
 * @param {typeof import('vscode')} vscode
 * @param {string} folder what lies elsewhere is not told
 * @param {(method: string, params: object) => void} notify
 * @returns {{dispose: () => void}}
 */
function followDocuments(vscode, folder, notify) {
  const { workspace, window } = vscode;
  /** @param {import('vscode').TextDocument} document */
  const isOurs = ({ uri }) => uri.scheme === 'file' && isBelow(folder, uri.fsPath);
  /** @param {import('vscode').TextDocument} document */
  const named = ({ uri }) => ({ textDocument: { uri: uri.toString() } });

  /** @param {import('vscode').TextDocument} document */
  function open(document) {
    if (!isOurs(document)) return;
    const { uri, languageId, version } = document;
    notify('textDocument/didOpen', {
      textDocument: { uri: uri.toString(), languageId, version, text: document.getText() },
    });
  }

  /** @param {import('vscode').TextDocumentChangeEvent} event */
  function change({ document, contentChanges }) {
    if (!isOurs(document) || !contentChanges.length) return;
    const { uri, version } = document;
    notify('textDocument/didChange', {
      textDocument: { uri: uri.toString(), version },
      contentChanges: contentChanges.map(({ range: { start, end }, text }) => ({
        range: { start: placeOf(start), end: placeOf(end) },
        text,
      })),
    });
  }

  /** @type {NodeJS.Timeout | undefined} */
  let moving;
  /** @param {import('vscode').TextEditor | undefined} editor */
  function move(editor) {
    clearTimeout(moving);
    if (!editor || !isOurs(editor.document)) return;
    const { document, selection } = editor;
    moving = setTimeout(
      () => notify('liveserve/cursor', { ...named(document), position: placeOf(selection.active) }),
      CURSOR_MS,
    );
  }

  workspace.textDocuments.forEach(open);
  const subscriptions = [
    workspace.onDidOpenTextDocument(open),
    workspace.onDidChangeTextDocument(change),
    workspace.onDidSaveTextDocument(
      (document) =>
        isOurs(document) &&
        notify('textDocument/didSave', { ...named(document), text: document.getText() }),
    ),
    workspace.onDidCloseTextDocument(
      (document) => isOurs(document) && notify('textDocument/didClose', named(document)),
    ),
    window.onDidChangeTextEditorSelection(({ textEditor }) => move(textEditor)),
  ];
  return {
    dispose() {
      clearTimeout(moving);
      for (const one of subscriptions) one.dispose();
    },
  };
}

/** @param {import('vscode').Position} position */
const placeOf = ({ line, character }) => ({ line, character });

module.exports = { followDocuments };
