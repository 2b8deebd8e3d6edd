/**
 * positions: the place in its file of each element of a page, compared with what parse5 says, an independent parser
 * that counts places.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'parse5';

import { connectEditor } from '../support/editor.js';
import { POSITION_PAGES } from './position_pages.js';

/** @typedef {import('./site.js').TestSite} TestSite */

/** Folders with pages of others, which not every machine has. */
const REAL = ['/usr/share/doc', '/usr/share/javascript', '/usr/share/perl', '/usr/share/nginx'];
const REAL_MOST = 40;

/**
 * The elements of the tree, in order, with the place of the start tag; null for what the parser has made.
 *
 * @param {string} text
 */
function placesByParse5(text) {
  /** @type {{name: string, place: string | null}[]} */
  const list = [];
  /** @param {any} node */
  const walk = (node) => {
    for (const child of node.childNodes ?? []) {
      if (child.tagName) {
        const at = child.sourceCodeLocation?.startTag ?? child.sourceCodeLocation;
        const place = at ? `${at.startLine}:${at.startCol}` : null;
        list.push({ name: child.tagName.toLowerCase(), place });
      }
      walk(child);
    }
  };
  walk(parse(text, { sourceCodeLocationInfo: true }));
  return list;
}

/** Runs in the page: the same by the page's own part. */
async function placesInPage() {
  const part = '/__liveserve/points.js';
  const { createPositions } = await import(part);
  const positions = createPositions(window);
  if (!(await positions.prepare(true))) return null;
  return [...document.querySelectorAll('*')].map((one) => {
    const found = positions.find(one);
    const place = found?.isOwn ? `${found.place.line}:${found.place.column}` : null;
    return { name: one.nodeName.toLowerCase(), place };
  });
}

/**
 * @param {{name: string, place: string | null}[]} found
 * @param {{name: string, place: string | null}[]} expected
 */
function compare(found, expected) {
  const names = (/** @type {{name: string}[]} */ list) => list.map(({ name }) => name).join(' ');
  if (names(found) !== names(expected)) return null;
  // What the parser has made has no place, or that of the tag whose attributes it got later.
  const counted = expected
    .map((one, i) => ({ ...one, found: found[i].place }))
    .filter((one) => one.place);
  return { all: counted.length, wrong: counted.filter((one) => one.place !== one.found) };
}

/** Pages of others, as they lie on this machine. @returns {Record<string, Buffer>} */
function realPages() {
  const files = REAL.flatMap((folder) =>
    fs.existsSync(folder)
      ? fs
          .readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((one) => one.isFile() && /\.html?$/.test(one.name))
          .map((one) => path.join(one.parentPath ?? one.path, one.name))
      : [],
  );
  // One of each folder, so that they are of many authors.
  const byFolder = new Map(files.sort().map((file) => [path.dirname(file), file]));
  const chosen = [...byFolder.values()].filter((file) => fs.statSync(file).size < 300000);
  return Object.fromEntries(
    chosen.slice(0, REAL_MOST).map((file, i) => [`real/${i}.html`, fs.readFileSync(file)]),
  );
}

/**
 * @param {string[]} names
 * @param {Record<string, string | Buffer>} files
 * @param {import('./site.js').Given} given
 */
async function measure(names, files, { open }) {
  const editor = await connectEditor();
  const sum = { pages: 0, all: 0, wrong: 0, unlike: /** @type {string[]} */ ([]) };
  /** @type {string[]} */
  const wrong = [];
  for (const name of names) {
    const tab = await open(name);
    const charset = await tab.page.evaluate(() => document.characterSet);
    const text = new TextDecoder(charset).decode(Buffer.from(files[name]));
    const found = await tab.page.evaluate(placesInPage);
    assert.ok(found, `${name} has places`);
    const result = compare(found, placesByParse5(text));
    await tab.close();
    if (!result) {
      sum.unlike.push(name);
      continue;
    }
    sum.pages++;
    sum.all += result.all;
    sum.wrong += result.wrong.length;
    for (const one of result.wrong)
      wrong.push(`${name}: <${one.name}> is at ${one.place}, not ${one.found}`);
  }
  editor.close();
  return { ...sum, lines: wrong };
}

/** @param {TestSite} testSite */
export function testPositions(testSite) {
  const names = Object.keys(POSITION_PAGES);
  testSite('each element of pages of all kinds has its place', POSITION_PAGES, async (given) => {
    const { pages, all, wrong, unlike, lines } = await measure(names, POSITION_PAGES, given);
    console.log(`places: ${all - wrong} of ${all} elements of ${pages} pages are exact`);
    assert.deepEqual(unlike, [], 'parse5 makes the same trees');
    assert.ok(pages >= 30);
    assert.ok(wrong <= all * 0.005, lines.join('\n'));
  });

  const real = realPages();
  testSite('each element of pages of others has its place', real, async (given) => {
    const found = await measure(Object.keys(real), real, given);
    const { pages, all, wrong, unlike, lines } = found;
    console.log(`places: ${all - wrong} of ${all} elements of ${pages} pages of others are exact`);
    // Scripts of these pages may have changed the tree before it was asked about.
    assert.ok(unlike.length <= Object.keys(real).length / 4, unlike.join());
    assert.ok(wrong <= all * 0.005, lines.join('\n'));
  });
}
