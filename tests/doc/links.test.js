/**
 * Every link between our documents leads to a file of the repository, in the right case, and to a
 * heading in it. Links to other sites are not followed.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { anchorsOf, linksOf } from './markdown.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const NO_DOCUMENTS = new Set(['node_modules', 'build', '.git']);

/**
 * The paths of all Markdown files below folder.
 *
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function documentsIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NO_DOCUMENTS.has(entry.name) ? [] : documentsIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Whether there is such a file or folder, spelled exactly so. (Some file systems ignore case.)
 *
 * @param {string} path
 */
async function exists(path) {
  const names = await readdir(dirname(path)).catch(() => []);
  return names.includes(relative(dirname(path), path));
}

/**
 * What is wrong with a link; undefined when nothing is.
 *
 * @param {string} root nothing above it may be linked to
 * @param {string} from the document that the link is in
 * @param {string} target
 */
async function problemOf(root, from, target) {
  if (/^(https?|mailto):/.test(target)) return undefined;
  const [path, anchor] = target.split('#');
  const file = path ? resolve(dirname(from), decodeURIComponent(path)) : from;
  if (relative(root, file).startsWith('..')) return 'leads out of the repository';
  if (!(await exists(file))) return 'leads to a file that does not exist';
  if (anchor === undefined) return undefined;
  if (!file.endsWith('.md')) return 'has an anchor, but leads to no Markdown file';
  return anchorsOf(await readFile(file, 'utf8')).has(anchor)
    ? undefined
    : 'leads to a heading that does not exist';
}

/**
 * One line for each wrong link below root.
 *
 * @param {string} root
 */
async function wrongLinks(root) {
  const wrong = [];
  for (const document of await documentsIn(root)) {
    for (const { number, target } of linksOf(await readFile(document, 'utf8'))) {
      const problem = await problemOf(root, document, target);
      if (problem) wrong.push(`${relative(root, document)}:${number}: ${target} ${problem}`);
    }
  }
  return wrong;
}

describe('links between documents', () => {
  test('all of them lead somewhere', async () => {
    assert.deepEqual(await wrongLinks(resolve(repository)), []);
  });

  test('there are some', async () => {
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    assert.ok(linksOf(readme).length >= 5);
  });

  test('wrong ones are found', async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'liveserve-links-'));
    t.after(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'doc'));
    await writeFile(
      join(root, 'doc', 'other.md'),
      '# A `heading`, with more!\n\n# Twice\n\n# Twice\n',
    );
    await writeFile(
      join(root, 'README.md'),
      [
        '[right](doc/other.md#a-heading-with-more) [right](doc/other.md#twice-1)',
        '[no file](doc/missing.md) and [wrong case](doc/Other.md)',
        '![no picture](doc/missing.png)',
        '[no heading](doc/other.md#missing) [none here](#missing)',
        '[out](../elsewhere.md) [not followed](https://example.com/missing)',
        '`[code](missing.md)` [right](#own) [right](doc)',
        '',
        '    [code](missing.md)',
        '',
        '# Own',
        '',
      ].join('\n'),
    );
    assert.deepEqual(await wrongLinks(root), [
      'README.md:2: doc/missing.md leads to a file that does not exist',
      'README.md:2: doc/Other.md leads to a file that does not exist',
      'README.md:3: doc/missing.png leads to a file that does not exist',
      'README.md:4: doc/other.md#missing leads to a heading that does not exist',
      'README.md:4: #missing leads to a heading that does not exist',
      'README.md:5: ../elsewhere.md leads out of the repository',
    ]);
  });
});
