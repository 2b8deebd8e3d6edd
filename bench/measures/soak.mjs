/**
 * soak: never misses and never lies. Pages that speak liveserve.v1 use some files each, as the real script
 * decides it (inject/page/changes.js), while an editor does everything at random. Whenever it rests, what
 * each page believes of each of its files must be what is on disk.
 */

import { canonicalPath } from '../../inject/page/url.js';
import { createChanges } from '../../inject/page/changes.js';
import { ADDRESSES, createEditor, createRandom, onDisk, pick } from '../editor.mjs';
import { ACCEPT_PAGE } from '../page.mjs';
import { printBar, printSamples, Samples } from '../report.mjs';
import { sleep, startServer } from '../servers.mjs';
import { makeFolder, makeSite } from '../sites.mjs';
import { connectWebSocket, say } from '../websocket.mjs';

const PAGES = 8;
const FILES_PER_PAGE = 60;
const LONGEST_BURST = 60;
const LONGEST_PAUSE_MS = 30;
/** A page that is still wrong so long after the editor has come to rest is never told. */
const NEVER_MS = 30000;
const MISSES_SHOWN = 5;

/** Asks once more when the kept connection was just closed, as browsers do. */
const ask = (url, options) => fetch(url, options).catch(() => fetch(url, options));

/** An open page. For each of its addresses it keeps the bytes that it got last, null for a 404. */
class Page {
  name = 0;
  believes = new Map();
  #port;
  #socket;
  #change;
  #loading = new Map();
  #said = { epoch: '', version: 0 };

  constructor(port, addresses) {
    this.#port = port;
    for (const address of addresses) this.believes.set(address, undefined);
    const canonical = new Map(
      addresses.map((address) => [canonicalPath(encodeURI(address)), address]),
    );
    this.#change = createChanges({
      ownUrls: () => ['/index.html', '/'],
      isListing: false,
      isFixed: false,
      resources: {
        urls: () => new Set(),
        read: () => new Set(),
        isCut: () => false,
        mustAsk: () => false,
      },
      // Whatever it uses can be exchanged in place.
      sheets: {
        urls: () => new Set(canonical.keys()),
        update: (kinds) => kinds.forEach((_, address) => this.#load(canonical.get(address))),
      },
      assets: () => Promise.reject(new Error('there are no others')),
      changed: new Set(),
      refresh: () => void this.#loadAll(),
      stop() {},
    });
  }

  /** Reads the page with its number, then what it uses, then connects, in this order as browsers do. */
  async open() {
    this.disconnect();
    const url = `http://127.0.0.1:${this.#port}/index.html`;
    const text = await (await ask(url, { headers: ACCEPT_PAGE })).text();
    const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(text);
    this.#said = { epoch, version: Number(version) };
    await this.#loadAll();
    await this.connect();
  }

  async connect() {
    if (process.env.TRACE) console.log(performance.now() | 0, this.name, 'connect', this.#said);
    this.#socket = await connectWebSocket(this.#port, 'liveserve.v1', (text) =>
      this.#hear(JSON.parse(text)),
    );
    this.#socket.on('error', () => {});
    say(this.#socket, JSON.stringify({ type: 'hello', page: '/index.html', ...this.#said }));
  }

  disconnect() {
    this.#socket?.destroy();
  }

  #hear({ type, version, changes }) {
    if (process.env.TRACE)
      console.log(
        performance.now() | 0,
        this.name,
        type,
        version,
        JSON.stringify(changes ?? '').slice(0, 200),
      );
    if (type !== 'change' && type !== 'reload') return;
    this.#said.version = version;
    if (type === 'change') this.#change(changes);
    else this.#loadAll();
  }

  #loadAll() {
    return Promise.all([...this.believes.keys()].map((address) => this.#load(address)));
  }

  /** One request at a time for each address; what is asked for meanwhile is asked once more. */
  async #load(address) {
    if (this.#loading.has(address)) {
      this.#loading.set(address, true);
      return;
    }
    do {
      this.#loading.set(address, false);
      // A fetch is no document, so even HTML comes as it is on disk.
      const headers = { 'Sec-Fetch-Dest': 'empty' };
      const response = await ask(`http://127.0.0.1:${this.#port}${address}`, { headers });
      const bytes = Buffer.from(await response.arrayBuffer()).toString('latin1');
      this.believes.set(address, response.status === 200 ? bytes : null);
    } while (this.#loading.get(address));
    this.#loading.delete(address);
  }

  wrong(root) {
    return [...this.believes]
      .filter(([address, bytes]) => bytes !== onDisk(root, address))
      .map(([address]) => address);
  }
}

/**
 * The addresses that stay wrong, each with the number of the page, and how long it took until no more became
 * right. On a busy machine everything takes long, so who is late is told apart from who is never told.
 */
async function findMisses(pages, root) {
  const began = performance.now();
  for (;;) {
    const misses = pages.flatMap((page, i) =>
      page.wrong(root).map((address) => ({ i, page, address })),
    );
    const took = performance.now() - began;
    if (misses.length === 0 || took > NEVER_MS) return { misses, took };
    await sleep(20);
  }
}

/** Some edits, with pauses, while one of the pages may be away; returns what was done and who was away. */
async function edit(editor, pages, random) {
  const away = random() < 0.3 ? pick(random, pages) : null;
  const done = [];
  away?.disconnect();
  for (let left = Math.ceil(random() * LONGEST_BURST); left > 0; left--) {
    const what = editor();
    if (what) done.push(what);
    if (random() < 0.5) await sleep(random() * LONGEST_PAUSE_MS);
  }
  await away?.connect();
  return { done, away };
}

/** The first of the misses, and the edits among which one of them began. */
function report(misses, edits, done, away, root) {
  console.log(
    `\n${misses.length} missed after ${edits} edits, the last of which were\n  ${done.join('\n  ')}`,
  );
  for (const { i, page, address } of misses.slice(0, MISSES_SHOWN)) {
    const [believed, real] = [page.believes.get(address), onDisk(root, address)].map((bytes) =>
      bytes?.slice(0, 14),
    );
    const was = page === away ? ', which was away,' : '';
    console.log(
      `  page ${i}${was} believes ${address} to be ${believed ?? 'missing'}, it is ${real ?? 'missing'}`,
    );
  }
}

/** @param {{minutes: number, seed: number}} amounts */
export async function soak({ minutes, seed }) {
  const root = makeSite();
  const random = createRandom(seed);
  const editor = createEditor(root, makeFolder(), random);
  const server = await startServer('liveserve', root);
  const pages = Array.from({ length: PAGES }, () => {
    const addresses = Array.from({ length: FILES_PER_PAGE }, () => pick(random, ADDRESSES));
    return new Page(server.port, addresses);
  });
  const end = Date.now() + minutes * 60000;
  let edits = 0;
  let missed = 0;
  const rests = new Samples();

  pages.forEach((page, i) => (page.name = i));
  for (const page of pages) await page.open();
  while (Date.now() < end) {
    const { done, away } = await edit(editor, pages, random);
    const { misses, took } = await findMisses(pages, root);
    edits += done.length;
    rests.add('until all pages are right', took);
    missed += misses.length;
    if (misses.length > 0) {
      report(misses, edits, done, away, root);
      for (const page of pages) await page.open();
    }
  }
  const warnings = server.said().match(/^liveserve: .*$/gm) ?? [];
  console.log(`\nsoak, ${minutes} minutes, seed ${seed}: ${edits} edits`);
  printSamples('from the last edit, ms', rests);
  for (const warning of warnings) console.log(`  it said: ${warning}`);
  printBar(missed === 0, 'files about which a page was wrong, none', missed);
  for (const page of pages) page.disconnect();
  await server.stop();
}
