/**
 * problems: what is wrong in which file, made of the events of the server. It stands in for a language server that does
 * not say it.
 */
'use strict';

const path = require('node:path');
const { isBelow } = require('./addresses');

const MOST = 50;

/**
 * @typedef {{line: number, column?: number, text: string, isSyntax: boolean}} Problem line and column from 1; column in
 *   units of UTF-16
 */

/**
 * @param {string} folder the files of all problems lie in it
 * @param {(file: string, problems: Problem[]) => void} set called with all problems of a file, which may be none
 * @returns {{take: (event: any) => void, clear: () => void}}
 */
function createProblems(folder, set) {
  let root = folder;
  /** @type {Map<string, Problem[]>} by absolute path */
  const all = new Map();

  /** @param {string} name relative to the root @param {(known: Problem[]) => Problem[]} change */
  function edit(name, change) {
    const file = path.resolve(root, name);
    // A page may name any file as the place of an error.
    if (!isBelow(folder, file)) return;
    const list = change(all.get(file) ?? []).slice(-MOST);
    if (list.length) all.set(file, list);
    else if (!all.delete(file)) return;
    set(file, list);
  }

  return {
    take(event) {
      const { line, column, text, file } = event;
      if (event.event === 'start') root = String(event.root);
      if (event.event === 'problem')
        edit(event.path, (known) => [
          ...known.filter(({ isSyntax }) => !isSyntax),
          { line, column, text, isSyntax: true },
        ]);
      if (event.event === 'fixed')
        edit(event.path, (known) => known.filter(({ isSyntax }) => !isSyntax));
      if (event.event === 'outdated')
        edit(event.path, (known) => known.filter(({ isSyntax }) => isSyntax));
      if (event.event === 'said' && event.level === 'error' && file)
        edit(file, (known) => [
          ...known.filter((one) => one.line !== line || one.text !== text),
          { line, column, text, isSyntax: false },
        ]);
    },
    clear() {
      for (const file of all.keys()) set(file, []);
      all.clear();
    },
  };
}

module.exports = { createProblems };
