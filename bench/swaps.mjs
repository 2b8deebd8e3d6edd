/**
 * swaps: looks at every frame while a style sheet is saved again and again. Each frame must show one saved sheet
 * completely, never an older one than the frame before, and nothing may move.
 */
import fs from 'node:fs';
import path from 'node:path';

import { openTab } from './browser.mjs';
import { printBar, printRows } from './report.mjs';
import { sleep } from './servers.mjs';

const SWAPS = 20;
const SLOW_MS = 300;
const GIVE_UP_MS = 5000;
/** Longer than the servers need to be ready for the next save, and for frames that come after the swap. */
const PAUSE_MS = 300;

// The third number tells which sheet it is. The rest is what no browser does by default.
const sheet = (/** @type {number} */ number) => `
p { color: rgb(1, 2, ${number}); margin: 0; padding: 40px }
title { display: block; color: rgb(1, 2, ${number}); padding: 40px }
body { color: rgb(1, 2, ${number}); padding: 40px }
`;

/** Runs in the page. Notes for each frame which sheet all elements follow; -1: none, or not the same. */
function record() {
  window.drawn = [];
  window.shifted = 0;
  const look = () => {
    const styles = ['body', 'p', 'title'].map((name) =>
      getComputedStyle(document.querySelector(name)),
    );
    const [first, ...others] = styles.map(({ color, padding }) => `${color} ${padding}`);
    const [, number = -1] =
      /^rgb\(1, 2, (\d+)\) 40px$/.exec(others.every((one) => one === first) && first) ?? [];
    window.drawn.push(Number(number));
    requestAnimationFrame(look);
  };
  const moved = (list) => list.getEntries().forEach(({ value }) => (window.shifted += value));
  addEventListener('load', () => {
    new PerformanceObserver(moved).observe({ type: 'layout-shift' });
    requestAnimationFrame(look);
    window.tell('loaded');
  });
}

/** @param {() => Promise<boolean>} condition */
async function until(condition) {
  for (const giveUp = Date.now() + GIVE_UP_MS; Date.now() < giveUp; await sleep(20)) {
    if (await condition()) return true;
  }
  return false;
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {{root: string, url: string}} server
 * @param {number} delay of answers, in ms
 * @returns what was wrong in how many frames, and the sum of the layout shifts
 */
async function watchSwaps(browser, { root, url }, delay) {
  const file = path.join(root, 'style.css');
  fs.writeFileSync(file, sheet(1));
  let loaded;
  const load = new Promise((resolve) => (loaded = resolve));
  const tab = await openTab(browser, record, loaded);
  await tab.go(url);
  await load;
  if (delay > 0) await tab.slowDown('*style.css*', delay);

  let never = 0;
  for (let number = 2; number < 2 + SWAPS; number++) {
    await sleep(PAUSE_MS);
    fs.writeFileSync(file, sheet(number));
    if (!(await until(() => tab.ask(`drawn.at(-1) === ${number}`)))) never++;
  }
  await sleep(PAUSE_MS);
  const { frames, shift } = await tab.ask('({ frames: drawn, shift: shifted })');
  await tab.close();

  const bare = frames.filter((number) => number < 0).length;
  const whole = frames.filter((number) => number > 0);
  const older = whole.filter((number, i) => number < whole[i - 1]).length;
  return { seen: frames.length, bare, older, shift, never };
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {{name: string, root: string, url: string}[]} servers
 */
export async function swaps(browser, servers) {
  /** @type {[number, string][]} */
  const delays = [
    [0, 'quick answers'],
    [SLOW_MS, `answers ${SLOW_MS} ms late`],
  ];
  for (const [delay, answers] of delays) {
    /** @type {Map<string, Awaited<ReturnType<typeof watchSwaps>>>} */
    const counts = new Map();
    for (const server of servers) counts.set(server.name, await watchSwaps(browser, server, delay));
    printRows(
      `${SWAPS} swaps of a style sheet, ${answers}`,
      ['frames', 'unstyled', 'older', 'shift', 'never'],
      [...counts].map(([name, counted]) => [name, ...Object.values(counted)]),
    );
    const { bare, older, shift, never } = counts.get('liveserve');
    const wrong = bare + older + never;
    printBar(wrong === 0, `frames without the right styles, ${answers}, none`, wrong);
    printBar(shift === 0, `layout shift during swaps, ${answers}, zero`, shift);
  }
}
