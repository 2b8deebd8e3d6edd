/**
 * save: from saving a file to the message on the socket of a page that uses it. The peers have their turns one
 * after another; liveserve and the bare program run all the time and are measured in between each.
 */
import path from 'node:path';

import { openPage } from '../page.mjs';
import { addToTable, printBar, printRows, printSamples, Samples } from '../report.mjs';
import { SERVERS, sleep, startServer } from '../servers.mjs';
import { makeLargeSite, makeSite, page, sheet } from '../sites.mjs';

const PEERS = ['live-server', 'five-server', 'livereload', 'browser-sync', 'vite'];
const WAYS = ['place', 'rename'];
const FILES = { css: ['style.css', sheet], html: ['index.html', page] };
const PAUSE_MS = 20;
// Those that use chokidar drop what comes within 50 ms of the last change of the same file.
const PEER_PAUSE_MS = 70;

/** One way to save one of the files. */
const KINDS = Object.keys(FILES).flatMap((type) =>
  WAYS.map((way) => ({ type, way, title: `${type}, ${way}` })),
);

let saves = 0;

function saveOnce({ name, root, page: opened }, { type, way }) {
  const [file, content] = FILES[type];
  return opened.save(
    way,
    SERVERS[name].words[type],
    path.join(root, file),
    content(`save ${saves++}`),
  );
}

/** Starts a server and saves until its page was told twice: only then does it surely watch. */
async function begin(name, root) {
  const server = await startServer(name, root);
  const begun = { ...server, page: await openPage(server) };
  for (let told = 0, tries = 0; told < 2; tries++) {
    if (tries === 20) throw new Error(`${name} tells of no save`);
    if ((await saveOnce(begun, KINDS[tries % 2])).us >= 0) told++;
  }
  await sleep(1000);
  return begun;
}

async function end({ page: opened, stop }) {
  await opened.close();
  await stop();
}

class Results {
  samples = Object.fromEntries(KINDS.map(({ title }) => [title, new Samples()]));
  wrong = new Map();

  add(name, { title }, { us, repeated, others }) {
    if (!this.wrong.has(name)) this.wrong.set(name, [0, 0, 0]);
    const counts = this.wrong.get(name);
    if (us < 0) counts[0]++;
    else this.samples[title].add(name, us / 1000);
    counts[1] += repeated;
    counts[2] += others;
  }
}

async function measureTogether(servers, rounds, peerRounds, results) {
  for (const kind of KINDS) {
    for (let round = 0; round < rounds; round++) {
      const taking =
        round < peerRounds ? servers : servers.filter(({ name }) => !PEERS.includes(name));
      for (const server of taking) results.add(server.name, kind, await saveOnce(server, kind));
      await sleep(round < peerRounds ? PEER_PAUSE_MS : PAUSE_MS);
    }
  }
}

function print(results, site) {
  for (const { title, type } of KINDS) {
    const samples = results.samples[title];
    const ours = samples.median('liveserve');
    printSamples(`save to message, ${title}, ${site}, ms`, samples);
    if (type === 'html') {
      addToTable(`save to message, ${title}, ${site}, ms`, samples, { most: 1.5 });
      printBar(ours < 8, `${title}, ${site}: under 8 ms`, ours);
      continue;
    }
    const fastest = Math.min(...PEERS.map((name) => samples.median(name)));
    const times = ours / samples.median('bare');
    printBar(times <= 3, `${title}, ${site}: at most 3 times bare`, times);
    printBar(
      fastest / ours >= 2,
      `${title}, ${site}: at least twice as fast as every peer`,
      fastest / ours,
    );
  }
  const wrong = [...results.wrong].map((row) => row.flat());
  printRows(`messages for these saves, ${site}`, ['missed', 'repeated', 'others'], wrong);
  const missed = results.wrong.get('liveserve')[0];
  printBar(missed === 0, `saves that liveserve missed, ${site}`, missed);
}

async function measureOn(site, make, total, perPeer) {
  const results = new Results();
  const always = [await begin('bare', make()), await begin('liveserve', make())];
  const root = make();
  for (const name of PEERS) {
    const peer = await begin(name, root);
    await measureTogether(
      [...always, peer],
      Math.max(perPeer, Math.ceil(total / PEERS.length)),
      perPeer,
      results,
    );
    await end(peer);
  }
  for (const server of always) await end(server);
  print(results, site);
}

/** @param {{saves: number, 'peer-saves': number}} amounts */
export async function save({ saves: total, 'peer-saves': perPeer }) {
  await measureOn('small site', makeSite, total, perPeer);
  await measureOn('50,000 files', makeLargeSite, total, perPeer);
}
