/**
 * editor: does at random what people and tools do to the files of a site. The same seed makes the same edits.
 */
import fs from 'node:fs';
import path from 'node:path';

const BLOG = ['blog', 'blog/2024', 'blog/2025', 'blog/2025/五月'];
const FOLDERS = ['', 'css', 'js', 'img', 'a b', 'dist', 'dist/assets', ...BLOG];
const NAMES = ['one', 'two', 'three', 'four', 'five', 'six'];
const EXTENSIONS = ['css', 'js', 'html', 'json', 'svg', 'txt'];
const PATHS = FOLDERS.flatMap((folder) =>
  NAMES.flatMap((name) => EXTENSIONS.map((extension) => path.join(folder, `${name}.${extension}`))),
);

/**
 * Mulberry32, a small generator with 32 bits of state. It returns numbers from 0 to 1.
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {() => number} random
 * @param {T[]} list
 */
export const pick = (random, list) => list[Math.floor(random() * list.length)];

/** Every path that ever has a file, as the addresses of a page. */
export const ADDRESSES = PATHS.map((name) => `/${name}`);

/**
 * The bytes that are on disk for an address; null when it is no file.
 *
 * @param {string} root
 * @param {string} address
 */
export function onDisk(root, address) {
  try {
    return fs.readFileSync(path.join(root, address), 'latin1');
  } catch {
    return null;
  }
}

/**
 * What the ways to edit have in common.
 *
 * @typedef {object} Tools
 * @property {(name: string) => string} at the path of a file or folder of the site
 * @property {string} outside
 * @property {() => string} text new content, another each time
 * @property {() => string} aFile
 * @property {() => string} aFolder
 * @property {() => number} edits how many edits there were
 */

/**
 * Edits of files. Each returns what it was done to, and fails when there was nothing to do it to.
 *
 * @param {Tools} tools
 */
function editsOfFiles({ at, text, aFile }) {
  return {
    write(name = aFile()) {
      fs.mkdirSync(path.dirname(at(name)), { recursive: true });
      fs.writeFileSync(at(name), text());
      return name;
    },
    writeInPieces(name = aFile()) {
      const file = fs.openSync(at(name), 'w');
      for (let piece = 0; piece < 3; piece++) fs.writeSync(file, text());
      fs.closeSync(file);
      return name;
    },
    append(name = aFile()) {
      fs.appendFileSync(at(name), text());
      return name;
    },
    saveByRename(name = aFile()) {
      fs.writeFileSync(at(`${name}.tmp`), text());
      fs.renameSync(at(`${name}.tmp`), at(name));
      return name;
    },
    saveWithBackup(name = aFile()) {
      fs.renameSync(at(name), at(`${name}~`));
      fs.writeFileSync(at(name), text());
      fs.unlinkSync(at(`${name}~`));
      return name;
    },
    saveByDelete(name = aFile()) {
      fs.unlinkSync(at(name));
      fs.writeFileSync(at(name), text());
      return name;
    },
    saveTheSame(name = aFile()) {
      fs.writeFileSync(at(name), fs.readFileSync(at(name)));
      return name;
    },
    touch(name = aFile()) {
      fs.utimesSync(at(name), new Date(), new Date());
      return name;
    },
    remove(name = aFile()) {
      fs.unlinkSync(at(name));
      return name;
    },
    renameFile(from = aFile(), to = aFile()) {
      fs.renameSync(at(from), at(to));
      return `${from} to ${to}`;
    },
    linkFile(from = aFile(), to = aFile()) {
      fs.linkSync(at(from), at(to));
      return `${from} to ${to}`;
    },
  };
}

/**
 * Edits of folders, like those of files.
 *
 * @param {Tools} tools
 */
function editsOfFolders({ at, text, aFolder, outside, edits }) {
  return {
    moveFolder(from = aFolder(), to = aFolder()) {
      if (fs.existsSync(at(to))) fs.renameSync(at(to), path.join(outside, `${edits()}`));
      fs.renameSync(at(from), at(to));
      return `${from} to ${to}`;
    },
    moveOutAndIn(name = aFolder()) {
      fs.renameSync(at(name), path.join(outside, `${edits()}`));
      fs.renameSync(path.join(outside, `${edits()}`), at(name));
      return name;
    },
    removeFolder(name = aFolder()) {
      fs.rmSync(at(name), { recursive: true });
      return name;
    },
    build(name = aFolder()) {
      fs.rmSync(at(name), { recursive: true, force: true });
      fs.mkdirSync(at(name), { recursive: true });
      for (const file of PATHS.filter((one) => path.dirname(one) === name))
        fs.writeFileSync(at(file), text());
      return name;
    },
  };
}

/**
 * @param {string} root is filled with some hundred files
 * @param {string} outside a folder on the same file system; things are moved there for a while
 * @param {() => number} random
 * @returns {() => string | null} makes one edit at once and tells which; null when there was nothing to edit
 */
export function createEditor(root, outside, random) {
  let edits = 0;
  /** @type {Tools} */
  const tools = {
    at: (name) => path.join(root, name),
    outside,
    text: () => `/* ${edits} */ ${'x'.repeat(Math.floor(random() * 3000))}\n`,
    aFile: () => pick(random, PATHS),
    aFolder: () => pick(random, FOLDERS.slice(1)),
    edits: () => edits,
  };
  const all = { ...editsOfFiles(tools), ...editsOfFolders(tools) };
  const often = ['write', 'append', 'writeInPieces', 'saveByRename', 'saveWithBackup'];
  const ways = [...Object.keys(all), ...often, 'write', 'saveByRename'];

  for (const name of PATHS) all.write(name);
  return () => {
    const way = pick(random, ways);
    edits++;
    try {
      return `${way} ${all[way]()}`;
    } catch (error) {
      if (!error.code) throw error;
      return null;
    }
  };
}
