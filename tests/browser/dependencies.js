/**
 * dependencies: the rows of dependency_table, each in a frame of its own, many in one page.
 */

import assert from 'node:assert/strict';

import { inTime, until } from '../support/server.js';
import { documentOf, rows } from './dependency_table.js';

/** @typedef {import('./site.js').TestSite} TestSite */
/** @typedef {import('./dependency_table.js').Row} Row */

const SIZE = 40;
const PER_LINE = 10;
const PER_PAGE = 24;
const LONGEST_PICTURE_MS = 1000;
const [RED, LIME] = ['255,0,0', '0,255,0'];
// Then every open page may be meant, so such a row would help the others.
const OF_ALL = /of a blob/;

/** @param {Row} row @param {1 | 2} state @param {boolean} [isEdit] only what the edit changes */
const filesOf = (row, state, isEdit) =>
  Object.entries(row.files).flatMap(([name, file]) => {
    if (typeof file !== 'function') return isEdit ? [] : [[name, file]];
    const bytes = file(state);
    return bytes === null ? [] : [[name, bytes]];
  });

/** Runs in a page of its own. @param {string} shot @param {number} count @param {number} size @param {number} perLine */
async function readColours(shot, count, size, perLine) {
  const image = new Image();
  image.src = `data:image/png;base64,${shot}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % perLine) * size, Math.floor(i / perLine) * size];
    return [...canvas.getImageData(x + 5, y + size / 2, 1, 1).data].slice(0, 3).join();
  });
}

/** Runs in the page. Our script answers the event where it works; in a sandbox it does not. */
const hasState = () =>
  document.dispatchEvent(new Event('liveserve', { cancelable: true })) ||
  document.heardFromServer?.at(-1) === 'state';

/**
 * Chromium never ends a picture that is begun while the page is being loaded again. With page.screenshot(),
 * nothing else could then be done with the browser.
 *
 * @param {import('puppeteer-core').Page} page
 * @param {import('./site.js').BrowserName} browser
 * @returns {Promise<() => Promise<string>>} takes a picture of the page
 */
async function createCamera(page, browser) {
  if (browser === 'firefox') {
    return () => page.screenshot({ encoding: 'base64', captureBeyondViewport: false });
  }
  const session = await page.createCDPSession();
  return async function take() {
    const picture = session.send('Page.captureScreenshot', { format: 'png' });
    const late = new Promise((resolve) => setTimeout(resolve, LONGEST_PICTURE_MS));
    const done = await Promise.race([picture, late]);
    return done ? done.data : take();
  };
}

/**
 * @param {import('./site.js').BrowserName} browser
 * @param {TestSite} testSite
 * @param {string} what
 * @param {Row[]} some
 */
function testRows(browser, testSite, what, some) {
  const style = `body { margin: 0 } iframe { float: left; width: ${SIZE}px; height: ${SIZE}px; border: 0 }`;
  const frames = some.map((_, i) => `<iframe src="${i}/"></iframe>`).join('');
  /** @type {Record<string, string | Buffer>} */
  const files = {
    'index.html': `<!doctype html><link rel="icon" href="data:,"><style>${style}</style>${frames}`,
  };
  some.forEach((row, i) => {
    files[`${i}/index.html`] = documentOf(row);
    for (const [name, bytes] of filesOf(row, 1)) files[`${i}/${name}`] = bytes;
  });

  testSite(`${what}: it shows the new file`, files, async ({ open, site }) => {
    const reader = await open('about:blank');
    const tab = await open();
    await tab.page.setViewport({
      width: SIZE * PER_LINE,
      height: SIZE * Math.ceil(some.length / PER_LINE),
    });
    const shoot = await createCamera(tab.page, browser);
    /** @param {string} colour */
    const areAll = async (colour) => {
      /** @type {string[]} */
      let wrong = [];
      await until(`each row to be ${colour}`, async () => {
        const shot = await inTime(shoot(), () => 'a picture');
        const seen = await reader.page.evaluate(readColours, shot, some.length, SIZE, PER_LINE);
        wrong = some.filter((_, i) => seen[i] !== colour).map((row) => row.what);
        return wrong.length === 0;
      }).catch((error) => {
        throw new Error(`${error.message}; not so: ${wrong.join('; ')}`);
      });
    };
    await areAll(RED);
    // Each frame has told what it uses.
    for (const frame of tab.page.frames()) {
      await until(`the state in ${frame.url()}`, () =>
        inTime(frame.evaluate(hasState), () => `an answer of ${frame.url()}`),
      );
    }
    some.forEach((row, i) => {
      for (const [name, bytes] of filesOf(row, 2, true)) site.write(`${i}/${name}`, bytes);
    });
    await areAll(LIME);
    if (!OF_ALL.test(what)) assert.equal(await tab.loads(), 1);
  });
}

/**
 * @param {import('./site.js').BrowserName} browser
 * @param {TestSite} testSite
 */
export function testDependencies(browser, testSite) {
  const known = rows.filter(({ only }) => !only || only === browser);
  const together = known.filter(({ what }) => !OF_ALL.test(what));
  for (let at = 0; at < together.length; at += PER_PAGE) {
    const some = together.slice(at, at + PER_PAGE);
    testRows(browser, testSite, `from ${some[0].what} to ${some.at(-1).what}`, some);
  }
  for (const row of known) if (OF_ALL.test(row.what)) testRows(browser, testSite, row.what, [row]);
}
