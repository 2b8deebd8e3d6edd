/**
 * hosted_sites: what generators of sites have written (tests/browser/hosted/), as files for makeSite().
 */

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../browser/hosted', import.meta.url));

/**
 * @param {'hugo' | 'jekyll' | 'eleventy'} name
 * @returns {Record<string, Buffer>} all files of the site, by their paths
 */
export function readHostedSite(name) {
  const root = path.join(FOLDER, name);
  const files = fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return Object.fromEntries(
    files.map((file) => [path.relative(root, file), fs.readFileSync(file)]),
  );
}
