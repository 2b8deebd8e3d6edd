/**
 * save_all: many files saved at once, as editors do. The page is loaded once, and is never made of old and new
 * files.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';

import { runMeanwhile } from '../support/server.js';
import { page } from './site.js';

/** How often so many files are saved. @type {Record<number, number>} */
const TIMES = { 5: 10, 20: 4, 100: 2 };
// On a busy machine an editor may stop between two files for so long that this is no Save All any more. What the
// page does then is not counted.
const BUSY_MS = 3;
const TIMES_MAX = 30;

/**
 * The ways in which editors write a file. VS Code empties it and writes into it; others rename.
 *
 * @type {Record<string, (path: string, text: string) => Promise<void>>}
 */
const WAYS = {
  'in place': async (path, text) => {
    const file = await fs.promises.open(path, 'r+');
    await file.truncate(0);
    await file.write(text);
    await file.close();
  },
  'by renaming': async (path, text) => {
    await fs.promises.writeFile(`${path}.tmp`, text);
    await fs.promises.rename(`${path}.tmp`, path);
  },
};

/**
 * A page, its style sheet and its scripts. Each says what version it is.
 *
 * @param {number} count
 * @param {number} version
 * @returns {Record<string, string>}
 */
function filesOf(count, version) {
  const names = Array.from({ length: count - 2 }, (_, i) => `part${i}.js`);
  const scripts = names.map((name) => `<script src="${name}"></script>`).join('');
  const collect = `
const seen = [${version}];
addEventListener('load', () => {
  seen.push(Number(getComputedStyle(document.documentElement).getPropertyValue('--version')));
  document.title = [...new Set(seen)];
  sessionStorage.seen = (sessionStorage.seen ?? '') + document.title + ' ';
});`;
  const head = `<link rel="stylesheet" href="style.css"><script>${collect}</script>`;
  return {
    'index.html': page(scripts, head),
    'style.css': `:root { --version: ${version} }`,
    ...Object.fromEntries(names.map((name) => [name, `seen.push(${version});`])),
  };
}

/**
 * @param {import('../support/server.js').Site} site
 * @param {[string, string][]} files
 * @param {(path: string, text: string) => Promise<void>} save
 * @returns {Promise<boolean>} whether there was no stop between two files
 */
async function saveAll(site, files, save) {
  let last = performance.now();
  let longest = 0;
  const saveOne = async ([name, text]) => {
    await save(site.path(name), text);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  await Promise.all(files.map(saveOne));
  return longest < BUSY_MS;
}

/** @param {import('./site.js').TestSite} testSite */
export function testSaveAll(testSite) {
  for (const [way, save] of Object.entries(WAYS))
    for (const count of Object.keys(TIMES).map(Number))
      testSite(
        `${count} files saved at once ${way} are one load, and of one version`,
        filesOf(count, 0),
        async ({ open, site }) => {
          const tab = await open();
          await tab.shows('0', () => document.title);
          let left = TIMES[count];
          for (let version = 1; left && version <= TIMES_MAX; version++) {
            const files = Object.entries(filesOf(count, version));
            // The document is the first, the last, and in between.
            const turn = (version * 7) % files.length;
            await tab.ask(() => (sessionStorage.seen = ''));
            const isQuick = await saveAll(
              site,
              [...files.slice(turn), ...files.slice(0, turn)],
              save,
            );
            // No load is still to come after that.
            assert.equal((await runMeanwhile(['wait', site.root])).code, 0);
            if (isQuick) {
              await tab.shows(`${version} `, () => sessionStorage.seen);
              left--;
              continue;
            }
            // A sheet may have been exchanged after the load, so the title is not that of a load of this version.
            await tab.ask(() => {
              document.title = '';
              location.reload();
            });
            await tab.shows(String(version), () => document.title);
          }
        },
      );
}
