/**
 * timing_site: small sites for fuzz_timing. Each file has a number in it, which an edit changes, and what the
 * page shows says which number of each file it is made of.
 */

import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {import('./random.js').Random} Random
 *
 * @typedef {object} TimingSite
 * @property {boolean} hasScripts
 * @property {string} sheet the name of the style sheet that the page links to
 * @property {Record<string, number>} numbers by the name of the file
 */

/** @param {Random} random @returns {TimingSite} */
export function makeTimingSite(random) {
  const hasScripts = random.happens(0.6);
  const names = ['index.html', 'next.html', 'a.css', 'b.css', 'import.css', '1.svg', '2.svg'];
  if (hasScripts) names.push('app.js', 'module.js', 'part.js', 'data.json');
  if (random.happens(0.5)) names.push('frame.html', 'frame.css');
  const numbers = Object.fromEntries(names.map((name) => [name, 1 + random.below(5)]));
  return { hasScripts, sheet: 'a.css', numbers };
}

/** @type {Record<string, (number: number, site: TimingSite) => string>} */
const TEXTS = {
  'index.html': indexOf,
  'next.html': (number) =>
    `<!doctype html>\n<title>next</title><p>next ${number}</p><a href="/">back</a>\n`,
  'a.css': (number) => `@import "import.css";\n:root { --sheet: a${number} }\n`,
  'b.css': (number) => `:root { --sheet: b${number} }\n`,
  'import.css': (number) => `:root { --import: ${number} }\nb { content: url(2.svg) }\n`,
  '1.svg': drawing,
  '2.svg': drawing,
  'app.js': (number) => `document.body.dataset.app = '${number}';\n`,
  'module.js': (number) =>
    `import part from './part.js';\ndocument.body.dataset.module = '${number}.' + part;\n`,
  'part.js': (number) => `export default ${number};\n`,
  'data.json': (number) => `{"number": ${number}}\n`,
  'frame.html': (number) =>
    `<!doctype html>\n<link rel="stylesheet" href="frame.css"><p>frame ${number}</p>\n`,
  'frame.css': (number) => `:root { --sheet: f${number} }\n`,
};

/** @param {number} number */
function drawing(number) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${number}" height="9"><rect width="9" height="9"/></svg>\n`;
}

/** @type {(number: number, site: TimingSite) => string} */
function indexOf(number, { hasScripts, sheet, numbers }) {
  const scripts = `<script src="app.js"></script><script type="module" src="module.js"></script>
<script>fetch('data.json').then((answer) => answer.json()).then(({ number }) => (document.body.dataset.json = number));</script>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>x</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="${sheet}"></head>
<body><p id="number">page ${number}</p><a id="next" href="next.html">next</a><img src="1.svg" alt=""><b></b>
${'frame.html' in numbers ? '<iframe src="frame.html"></iframe>' : ''}
${hasScripts ? scripts : ''}
<p>end</p></body></html>
`;
}

/** @param {TimingSite} site @returns {Record<string, string>} */
export function textsOf(site) {
  return Object.fromEntries(
    Object.entries(site.numbers).map(([name, number]) => [name, TEXTS[name](number, site)]),
  );
}

/** Runs in the page. @returns {string | undefined} undefined while it is loading */
export function lookAtTiming() {
  if (document.readyState !== 'complete') return undefined;
  /** @type {(shown: Document, name: string) => string} */
  const variable = (shown, name) =>
    shown.defaultView.getComputedStyle(shown.documentElement).getPropertyValue(name).trim();
  const lines = [
    `text ${document.body.innerText.trim().replace(/\s+/g, ' ')}`,
    `sheet ${variable(document, '--sheet')} import ${variable(document, '--import')}`,
    `links ${[...document.querySelectorAll('link')].map((one) => one.getAttribute('href'))}`,
    ...[...document.images].map((one) => `picture ${one.naturalWidth}`),
    `drawn ${document.querySelector('b')?.getBoundingClientRect().width}`,
    `scripts ${JSON.stringify(document.body.dataset, ['app', 'module', 'json'])}`,
  ];
  for (const { contentDocument } of document.querySelectorAll('iframe')) {
    const isThere = contentDocument?.readyState === 'complete' && contentDocument.body;
    lines.push(`frame ${isThere && contentDocument.body.innerText.trim()}`);
    if (isThere) lines.push(`frame sheet ${variable(contentDocument, '--sheet')}`);
  }
  return lines.join('\n').replace(/[?&]liveserve=\w+/g, '');
}

/* ---- saving ---- */

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How editors and tools save. @type {Record<string, (file: string, text: string, random: Random) => unknown>} */
const WAYS = {
  write: (file, text) => fs.writeFileSync(file, text),
  async pieces(file, text, random) {
    const end = random.below(text.length);
    const pause = random.below(60);
    fs.writeFileSync(file, '');
    await sleep(random.below(30));
    fs.appendFileSync(file, text.slice(0, end));
    await sleep(pause);
    fs.appendFileSync(file, text.slice(end));
  },
  rename(file, text) {
    fs.writeFileSync(`${file}~new`, text);
    fs.renameSync(`${file}~new`, file);
  },
  async replace(file, text, random) {
    const pause = random.below(80);
    fs.rmSync(file, { force: true });
    await sleep(pause);
    fs.writeFileSync(file, text);
  },
};

/**
 * Gives the files new numbers, and saves them one after the other.
 *
 * @param {TimingSite} site
 * @param {string} root
 * @param {Random} random
 * @param {string[]} names
 * @param {number} [mostMs] the longest pause between two of them
 */
export async function edit(site, root, random, names, mostMs = 0) {
  for (const name of names) site.numbers[name] = 1 + ((site.numbers[name] + random.below(8)) % 90);
  const texts = textsOf(site);
  for (const name of names) {
    const way = random.pick(Object.keys(WAYS));
    await WAYS[way](path.join(root, name), texts[name], random);
    if (mostMs) await sleep(random.below(mostMs));
  }
}

/** Some of the files, at least one. @param {TimingSite} site @param {Random} random */
export function someFiles(site, random) {
  const names = Object.keys(site.numbers);
  const chance = random.pick([0.1, 0.3, 1]);
  const chosen = names.filter(() => random.happens(chance));
  // In any order.
  const shuffled = chosen.map((name) => ({ name, at: random.below(1000) }));
  shuffled.sort((one, other) => one.at - other.at);
  return shuffled.length ? shuffled.map(({ name }) => name) : [random.pick(names)];
}
