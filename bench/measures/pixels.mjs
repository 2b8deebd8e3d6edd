/**
 * pixels: from saving a file to the frame in which Chromium shows it. Servers are measured in turn, save by
 * save.
 */
import fs from 'node:fs';
import path from 'node:path';

import { now, openTab, startBrowser } from '../browser.mjs';
import { addToTable, median, printBar, printRows, printSamples, Samples } from '../report.mjs';
import { pinMyself, SERVERS, sleep, startServer, unpinMyself } from '../servers.mjs';
import { makeSite, page } from '../sites.mjs';
import { swaps } from '../swaps.mjs';

const PEERS = ['live-server', 'livereload', 'browser-sync', 'vite'];
const GIVE_UP_MS = 5000;
/** In which a page connects again, and for which chokidar drops further changes of a file. */
const PAUSE_MS = 200;
const FRAME_MS = 1000 / 60;
/** Its multiples without their whole part are spread evenly, however many there are. */
export const GOLDEN = 0.618034;

const SCRIPT = '<script src="app.js"></script>';
const colour = (number) => `rgb(${number >> 8}, ${number & 255}, 7)`;
// nginx compares length and second of change: a file must not keep both from save to save.
const text = (number) => `save ${number}${'.'.repeat(number % 3)}`;
// Before the style sheet: an inline script behind one would wait for it.
const follow = (html, tag) => html.replace('<head>', `<head>${tag}`);

/** On the way from the save: the page asks for the file, has it, has painted a frame with it. */
const STEPS = ['asked', 'answered', 'painted'];

/**
 * file is saved with content(number, tag), then the paragraph's text or colour is shows(number). bar: the most
 * that liveserve may take, as a share of what base (null: the fastest peer) takes. most: what share of bare it is
 * to take in the table.
 *
 * @typedef {object} Kind
 * @property {string} title
 * @property {string} file
 * @property {(number: number, tag: string) => string} content
 * @property {(number: number) => string} shows
 * @property {[number, string | null, string]} bar
 * @property {number} [most]
 */

/** @type {Kind[]} */
export const KINDS = [
  {
    title: 'HTML without scripts',
    file: 'index.html',
    content: (number, tag) => follow(page(text(number)), tag),
    shows: text,
    bar: [1 / 3, null, 'a third of the fastest peer'],
  },
  {
    title: 'HTML with a script',
    file: 'scripted.html',
    content: (number, tag) =>
      follow(page(text(number)), tag).replace('</body>', `${SCRIPT}</body>`),
    shows: text,
    bar: [1.15, 'bare', '1.15 times bare'],
    most: 1.05,
  },
  {
    title: 'CSS',
    file: 'style.css',
    content: (number) => `p { color: ${colour(number)} }${text(number)} {}`,
    shows: colour,
    bar: [1.1, 'bare', '1.1 times bare'],
    most: 1,
  },
];

let saves = 0;

/** Runs in the page. Tells what the paragraph shows: once in a new document, and when asked to wait for it. */
function watch() {
  const { port1, port2 } = new MessageChannel();
  // Comes after the frame whose callback sent it has been painted.
  port1.onmessage = ({ data: shown }) => {
    const entries = /** @type {PerformanceResourceTiming[]} */ ([
      ...performance.getEntriesByType('navigation').slice(0, 1),
      ...performance.getEntriesByType('resource'),
    ]);
    const asked = entries.map(({ name, startTime, responseEnd }) => ({
      name,
      asked: startTime,
      answered: responseEnd,
    }));
    window.tell(
      JSON.stringify({ shown, origin: performance.timeOrigin, painted: performance.now(), asked }),
    );
  };

  window.waitFor = (expected) => {
    const paragraph = document.querySelector('p');
    // A frame may come when only its tag was read.
    const shown = paragraph?.textContent && [
      paragraph.textContent,
      getComputedStyle(paragraph).color,
    ];
    if (shown && (!expected || shown.includes(expected))) port2.postMessage(shown);
    else requestAnimationFrame(() => window.waitFor(expected));
  };
  requestAnimationFrame(() => window.waitFor());
}

/** Starts the server, and for one that serves no files nginx beside it. */
export async function begin(name) {
  const root = makeSite();
  const server = await startServer(name, root);
  const tag = SERVERS[name].tag?.(server.port) ?? '';
  for (const { file, content } of KINDS)
    fs.writeFileSync(path.join(root, file), content(saves++, tag));
  fs.writeFileSync(path.join(root, 'app.js'), 'document.body.dataset.ran = true;\n');
  const host = tag ? await startServer('nginx, no-cache', root) : server;
  return {
    name,
    root,
    tag,
    started: new Set([server, host]),
    url: `http://127.0.0.1:${host.port}/`,
  };
}

/** Opens the page of a kind; shows() resolves when it shows what is expected. */
export async function open(browser, server, { file }) {
  /** @type {(told: any) => void} */
  let seen = () => {};
  const tab = await openTab(browser, watch, (message) => seen(JSON.parse(message)));
  const shows = (expected) =>
    new Promise((resolve) => {
      const giveUp = setTimeout(resolve, GIVE_UP_MS, null);
      seen = (told) => {
        if (!told.shown.includes(expected)) return;
        clearTimeout(giveUp);
        resolve(told);
      };
    });
  const loaded = new Promise((resolve) => (seen = resolve));
  await tab.go(server.url + (file.endsWith('.html') ? file.replace('index.html', '') : ''));
  await loaded;
  return { ...server, tab, shows };
}

/**
 * Waits for a moment between two frames of a page that draws: part, from 0 to 1, says which. What is ready just
 * before a frame is shown a whole frame earlier than what is ready just after.
 */
export async function between(tab, part) {
  const drawn = 'new Promise(requestAnimationFrame).then((at) => performance.timeOrigin + at)';
  const frame = tab.moment(await tab.ask(drawn));
  const frames = Math.ceil((now() - frame) / FRAME_MS) + part;
  await sleep(frame + frames * FRAME_MS - now());
}

/**
 * Saves once.
 *
 * @returns the milliseconds until the page asked for the file, had it and showed it
 */
async function saveOnce({ root, tag, tab, shows }, { file, content, shows: shown }, part) {
  const number = saves++;
  const bytes = content(number, tag);
  await tab.ask(`waitFor(${JSON.stringify(shown(number))})`);
  const seen = shows(shown(number));
  await between(tab, part);
  const saved = now();
  fs.writeFileSync(path.join(root, file), bytes);

  const told = await seen;
  if (!told) return { painted: GIVE_UP_MS };
  const since = (ms) => tab.moment(told.origin + ms) - saved;
  const address = new RegExp(file === 'index.html' ? '/$' : `/${file}(\\?.*)?$`);
  const last = told.asked.findLast(({ name, asked }) => address.test(name) && since(asked) > 0);
  return {
    asked: since(last?.asked),
    answered: since(last?.answered),
    painted: since(told.painted),
  };
}

async function measureKind(browser, servers, kind, rounds) {
  const opened = [];
  for (const server of servers) opened.push(await open(browser, server, kind));
  const steps = new Map(STEPS.map((step) => [step, new Samples()]));

  // The first save is for those who say too early that they watch.
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < opened.length; i++) {
      const server = opened[(i + round + 1) % opened.length];
      await sleep(PAUSE_MS);
      const taken = await saveOnce(server, kind, (GOLDEN * (round + 1)) % 1);
      if (round < 0) continue;
      for (const [step, samples] of steps) samples.add(server.name, taken[step]);
    }
  }
  for (const { tab } of opened) {
    await tab.checkClock();
    await tab.close();
  }
  return steps;
}

/**
 * @param {Kind} kind
 * @param {Map<string, Samples>} steps
 */
function print({ title, bar: [most, base, words], most: share }, steps) {
  const painted = steps.get('painted');
  printSamples(`save to pixels, ${title}, ms`, painted, 'bare');
  if (share) addToTable(`save to pixels, ${title}, ms`, painted, { most: share, of: 'bare' });
  /** @type {import('../report.mjs').Row[]} */
  const rows = [...painted.keys()].map((name) => {
    const never = painted.get(name).filter((ms) => ms === GIVE_UP_MS).length;
    return [
      name,
      ...[...steps.values()].map((samples) => median(samples.get(name).filter(Number.isFinite))),
      never,
    ];
  });
  printRows(`on the way, ${title}, ms`, [...STEPS, 'never'], rows);

  const [fastest] = [...PEERS].sort((a, b) => painted.median(a) - painted.median(b));
  const ratio = painted.ratio('liveserve', base ?? fastest);
  printBar(ratio <= most, `save to pixels, ${title}: at most ${words}`, ratio);
}

/** @param {{frames: number}} amounts */
export async function pixels({ frames }) {
  unpinMyself();
  const browser = await startBrowser();
  const servers = [];
  for (const name of ['liveserve', 'bare', ...PEERS]) servers.push(await begin(name));
  for (const kind of KINDS) print(kind, await measureKind(browser, servers, kind, frames));
  await swaps(browser, servers);
  for (const { started } of servers) for (const server of started) await server.stop();
  await browser.close();
  pinMyself();
}
