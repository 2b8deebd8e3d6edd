/**
 * A file is changed and then requested, in lock-step: the answer is never older than the file. Each of the ways to
 * change it has its turn, and in between files are requested again, so that they are answered from memory.
 *
 * LOCKSTEP=1000000 in the environment makes it take so many steps, and LOCKSTEP_SEED=2 others than by default.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { connect, request } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const STEPS = Number(process.env.LOCKSTEP ?? 2000);
const SEED = Number(process.env.LOCKSTEP_SEED ?? 1);
/** A busy machine has taken 4 ms. */
const STEP_MS_MAX = 60;
const SMALL = 1000;
const LARGE = 100000;
const FILES = ['a.txt', 'b.css', 'c.html', 'large.txt', 'x/a.txt', 'x/deep/a.txt', 'y/a.txt'];
const PATHS = [...FILES, 'y/deep/a.txt', 'link.txt', 'folder/a.txt'];

let version = 0;
/** Bytes that no file has had before. @param {number} [length] */
const fresh = (length = SMALL) => `${++version} `.padEnd(length, 'x');

const site = makeSite({
  'y/deep/a.txt': fresh(),
  ...Object.fromEntries(FILES.map((name) => [name, fresh()])),
});
fs.symlinkSync('a.txt', site.path('link.txt'));
fs.symlinkSync('x', site.path('folder'));
const server = await serverForFile({ root: site.root });

let random = SEED;
/** The same numbers in each run with the same seed. @param {number} count */
function pick(count) {
  random = (random * 48271) % 0x7fffffff;
  return random % count;
}

const sizeOf = (/** @type {string} */ name) => (name === 'large.txt' ? LARGE : SMALL);

/** @param {string} target @param {string} name */
function swapLink(target, name) {
  fs.symlinkSync(target, site.path('new.link'));
  fs.renameSync(site.path('new.link'), site.path(name));
}

/** @type {Record<string, (name: string) => void>} */
const WAYS = {
  write: (name) => fs.writeFileSync(site.path(name), fresh(sizeOf(name))),
  'write in place': (name) => {
    const file = fs.openSync(site.path(name), 'r+');
    fs.writeSync(file, fresh(8), 0);
    fs.closeSync(file);
  },
  rename: (name) => {
    fs.writeFileSync(site.path('new.tmp'), fresh(sizeOf(name)));
    fs.renameSync(site.path('new.tmp'), site.path(name));
  },
  truncate: (name) => fs.truncateSync(site.path(name), pick(SMALL)),
  append: (name) => fs.appendFileSync(site.path(name), fresh(10)),
  'link to a file': () => swapLink(FILES[pick(FILES.length)], 'link.txt'),
  'link to a folder': () => swapLink(['x', 'y'][pick(2)], 'folder'),
  'rename of folders': () => {
    fs.renameSync(site.path('x'), site.path('z'));
    fs.renameSync(site.path('y'), site.path('x'));
    fs.renameSync(site.path('z'), site.path('y'));
  },
  'remove and write': (name) => {
    const bytes = fresh(sizeOf(name));
    fs.unlinkSync(site.path(name));
    fs.writeFileSync(site.path(name), bytes);
  },
};

const connection = await connect(server);
/** @type {Map<string, {etag: string, bytes: Buffer}>} the last answer for each path */
const known = new Map();

/** @param {string} name */
async function compare(name) {
  const last = known.get(name);
  const fields = { 'Sec-Fetch-Dest': 'empty', 'If-None-Match': last?.etag };
  connection.send(request(server, `/${name}`, fields));
  const answer = await connection.answer('GET');
  const bytes = fs.readFileSync(site.path(name));
  if (answer.status === 304) return bytes.equals(last.bytes);
  known.set(name, { etag: answer.fields.etag, bytes });
  return answer.status === 200 && answer.body.equals(bytes);
}

test(`${STEPS} changes, and never an old byte`, { timeout: STEPS * STEP_MS_MAX }, async () => {
  const ways = Object.keys(WAYS);
  for (let step = 0; step < STEPS; step++) {
    const way = ways[pick(ways.length)];
    const name = FILES[pick(FILES.length)];
    WAYS[way](name);
    assert.ok(await compare(name), `step ${step}: ${way}, /${name}`);
    for (let again = pick(4); again > 0; again--) {
      const other = PATHS[pick(PATHS.length)];
      assert.ok(await compare(other), `step ${step}: ${way}, then /${other}`);
      assert.ok(await compare(other), `step ${step}: ${way}, then /${other} again`);
    }
  }
  connection.destroy();
});
