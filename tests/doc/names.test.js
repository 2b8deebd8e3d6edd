/**
 * What our documents call by name exists: files and folders, modules of src/, and, in
 * ARCHITECTURE.md, functions.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, test } from 'node:test';

import { codeIn } from './markdown.js';

const repository = new URL('../../', import.meta.url);
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'AGENTS.md', 'SECURITY.md'];
const HAS_CODE = ['src', 'inject', 'cmake', 'tests'];
const IS_CODE = /\.(c|h|js|mjs|cmake|txt)$/;

/** @param {string} path */
const isThere = (path) => existsSync(new URL(path, repository));

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, repository), 'utf8');

/** @param {string} path */
const isFolder = (path) => isThere(path) && statSync(new URL(path, repository)).isDirectory();

/**
 * Where a path in a document may be: below the repository, or shortened, below src/ or inject/;
 * of a module only the name is given.
 *
 * @param {string} path
 * @returns {string[]}
 */
function placesOf(path) {
  return [path, `src/${path}`, `src/${path}.h`, `inject/${path}`, `tests/${path}`];
}

/**
 * Whether a piece of code in a document is meant as a path of the repository: it begins with a
 * folder that is there, or with one of src/ or inject/.
 *
 * @param {string} code
 */
function isPath(code) {
  if (!/^[\w.-]+(\/[\w.-]+)*\/?$/.test(code) || !code.includes('/')) return false;
  const [first] = code.split('/');
  return first !== 'build' && placesOf(first).some(isFolder);
}

/**
 * Whether a piece of code in a document is meant as a function or a struct of ours.
 *
 * @param {string} code
 */
function isName(code) {
  return /^(struct )?[a-z][a-z0-9]*(_[a-z0-9]+)+(\(\))?$/.test(code);
}

/**
 * All code of ours below a folder, as one text.
 *
 * @param {string} folder
 * @returns {string}
 */
function codeBelow(folder) {
  const entries = readdirSync(new URL(`${folder}/`, repository), { withFileTypes: true });
  const texts = entries.map(({ name }) => {
    const path = `${folder}/${name}`;
    if (name === 'node_modules' || path === 'tests/doc') return '';
    if (isFolder(path)) return codeBelow(path);
    return IS_CODE.test(name) ? read(path) : '';
  });
  return texts.join('\n');
}

describe('names in documents', () => {
  for (const document of DOCUMENTS) {
    test(`${document}: files and folders exist`, () => {
      const paths = codeIn(read(document)).filter(isPath);
      assert.deepEqual(
        paths.filter((path) => !placesOf(path).some(isThere)),
        [],
      );
    });
  }

  test('ARCHITECTURE.md: functions and structs exist', () => {
    const code = HAS_CODE.map(codeBelow).join('\n');
    const names = codeIn(read('ARCHITECTURE.md')).filter(isName);
    assert.ok(names.length > 5);
    assert.deepEqual(
      names.filter((name) => !code.includes(name.replace(/^struct |\(\)$/g, ''))),
      [],
    );
  });

  test('what is meant as a path or a name is seen as one', () => {
    assert.deepEqual(['src/base/', 'watch/nothing', 'e2e/nothing.js'].filter(isPath).length, 3);
    assert.deepEqual(['GET /docs/', '/__liveserve/', 'build/debug/x', 'a/b'].filter(isPath), []);
    assert.deepEqual(['hub_wake', 'watch_x()', 'struct a_b', 'struct'].filter(isName).length, 3);
    assert.ok(!placesOf('watch/nothing').some(isThere));
    assert.ok(placesOf('watch/watch').some(isThere));
  });
});
