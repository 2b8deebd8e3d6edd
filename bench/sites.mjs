/**
 * sites: the folders that are served. They are made for each run, in the folder for temporary files.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const made = [];

export const page = (text) =>
  `<!doctype html>\n<html>\n<head>\n<title>Bench</title>\n<link rel="stylesheet" href="style.css">\n</head>\n` +
  `<body>\n<p>${text}</p>\n</body>\n</html>\n`;

export const sheet = (text) => `/* ${text} */\nbody { color: #222; }\n`;

/**
 * Makes a folder with a page and a style sheet, and as many further files, fifty to a folder.
 *
 * @returns {string} its path
 */
export function makeSite(furtherFiles = 0) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'liveserve-bench-'));
  made.push(root);
  fs.writeFileSync(path.join(root, 'index.html'), page('one'));
  fs.writeFileSync(path.join(root, 'style.css'), sheet('one'));
  for (let i = 0; i < furtherFiles; i++) {
    const folder = path.join(root, `folder${Math.floor(i / 50)}`);
    if (i % 50 === 0) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, `file${i}.txt`), `${i}\n`);
  }
  return root;
}

export function removeSites() {
  for (const root of made.splice(0)) fs.rmSync(root, { recursive: true, force: true });
}
