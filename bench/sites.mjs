/**
 * sites: the folders that are served. They are made for each run, in the folder for temporary files.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** @type {string[]} */
const made = [];

/** @param {string} text */
export const page = (text) =>
  '<!doctype html><html><head><title>Bench</title><link rel="stylesheet" href="style.css"></head>' +
  `<body><p>${text}</p></body></html>`;

/** @param {string} text */
export const sheet = (text) => `/* ${text} */ body { color: #222; }`;

/** @returns {string} the path of a new, empty folder */
export function makeFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'liveserve-bench-'));
  made.push(folder);
  return folder;
}

/**
 * @returns {string} a folder with a page and a style sheet. It is alone in its parent, because liveserve watches
 *   the parent, too, and changes of others in there would wake it
 */
export function makeSite() {
  const root = path.join(makeFolder(), 'site');
  fs.mkdirSync(root);
  fs.writeFileSync(path.join(root, 'index.html'), page('one'));
  fs.writeFileSync(path.join(root, 'style.css'), sheet('one'));
  return root;
}

/** @returns {string} the same with 50,000 further files in 5,000 folders */
export function makeLargeSite() {
  const root = makeSite();
  for (let i = 0; i < 50000; i++) {
    const folder = path.join(root, `area${Math.floor(i / 1000)}`, `folder${Math.floor(i / 10)}`);
    if (i % 10 === 0) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `file${i}.txt`), `${i}\n`);
  }
  return root;
}

export function removeSites() {
  for (const root of made.splice(0)) fs.rmSync(root, { recursive: true, force: true });
}
