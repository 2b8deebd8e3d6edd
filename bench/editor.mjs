/**
 * editor: whatever people and tools do to the files of a site, at random but the same for the same seed.
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

/** Mulberry32, a small generator with 32 bits of state; returns numbers from 0 to 1. */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = (random, list) => list[Math.floor(random() * list.length)];

/** Every path that ever has a file, as the addresses of a page. */
export const ADDRESSES = PATHS.map((name) => `/${name}`);

/** The bytes that are on disk for an address, null when it is no file. */
export function onDisk(root, address) {
  try {
    return fs.readFileSync(path.join(root, address), 'latin1');
  } catch {
    return null;
  }
}

/**
 * @param {string} root filled with some hundred files
 * @param {string} outside a folder on the same file system to which things are moved for a while
 * @param {() => number} random
 * @returns {() => string | null} does one thing, at once, and tells what; null when there was nothing to do it to
 */
export function createEditor(root, outside, random) {
  let edits = 0;
  const text = () => `/* ${edits} */ ${'x'.repeat(Math.floor(random() * 3000))}\n`;
  const at = (name) => path.join(root, name);
  const aFile = () => pick(random, PATHS);
  const aFolder = () => pick(random, FOLDERS.slice(1));
  const makeRoom = (name) => fs.mkdirSync(path.dirname(at(name)), { recursive: true });

  /** Each returns what it was done to; those that find nothing to do it to fail. */
  const WAYS = {
    write(name = aFile()) {
      makeRoom(name);
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
    moveFolder(from = aFolder(), to = aFolder()) {
      if (fs.existsSync(at(to))) fs.renameSync(at(to), path.join(outside, `${edits}`));
      fs.renameSync(at(from), at(to));
      return `${from} to ${to}`;
    },
    moveOutAndIn(name = aFolder()) {
      fs.renameSync(at(name), path.join(outside, `${edits}`));
      fs.renameSync(path.join(outside, `${edits}`), at(name));
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
  const often = ['write', 'append', 'writeInPieces', 'saveByRename', 'saveWithBackup'];
  const ways = [...Object.keys(WAYS), ...often, 'write', 'saveByRename'];

  for (const name of PATHS) WAYS.write(name);
  return () => {
    const way = pick(random, ways);
    edits++;
    try {
      return `${way} ${WAYS[way]()}`;
    } catch (error) {
      if (!error.code) throw error;
      return null;
    }
  };
}
