/**
 * bench: how fast liveserve is, beside its peers. `./dev bench` builds what it needs and starts it.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';

import { drafts } from './measures/drafts.mjs';
import { faults } from './measures/faults.mjs';
import { http } from './measures/http.mjs';
import { pages } from './measures/pages.mjs';
import { pixels } from './measures/pixels.mjs';
import { proxy } from './measures/proxy.mjs';
import { quick } from './measures/quick.mjs';
import { readme } from './measures/readme.mjs';
import { rest } from './measures/rest.mjs';
import { save } from './measures/save.mjs';
import { soak } from './measures/soak.mjs';
import { start } from './measures/start.mjs';
import { printMissed, printTable } from './report.mjs';
import { addBefore, buildTools, pinMyself, stopAll } from './servers.mjs';
import { removeSites } from './sites.mjs';

const MEASURES = { http, proxy, start, rest, save, pixels, drafts, pages, soak, faults };
/** Those that are not run by default: they repeat what the others measure. */
const QUICK = { quick };
const README = { readme };

/** Every option with a number: its name, what it stands at, and what it means. */
const AMOUNTS = [
  ['rounds', 3, 'http, proxy, start, pages: how often each server has its turn'],
  ['seconds', 1, 'http, proxy: length of a turn'],
  ['idle', 35, 'rest: seconds for which idleness is watched'],
  ['saves', 100, 'save: saves of each file in each way'],
  ['peer-saves', 5, 'save: the same for each peer; 100 takes a quarter of an hour'],
  ['frames', 20, 'pixels: saves of each kind until each server has shown them'],
  ['keys', 100, 'drafts: keys in each file, from a script and in Neovim'],
  ['minutes', 0.5, 'soak, faults: how long'],
  [
    'seed',
    Date.now() % 1e6,
    'soak, faults: the same seed makes the same edits; by default another each time',
  ],
];

const usage = [
  './dev bench [OPTIONS]',
  `  --only=NAMES     some of ${Object.keys(MEASURES).join(',')}`,
  '  --quick          a minute: requests, start, saves and memory, beside another build of liveserve',
  '  --readme         a minute: the figures of README.md, as the rows of its table',
  '  --before=PROGRAM that build, made from the commit to compare with; without it, nginx',
  ...AMOUNTS.map(
    ([name, amount, meaning]) => `  --${name}=N`.padEnd(19) + `${meaning} (${amount})`,
  ),
].join('\n');

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    before: { type: 'string', default: '' },
    only: { type: 'string', default: Object.keys(MEASURES).join(',') },
    help: { type: 'boolean', short: 'h', default: false },
    ...Object.fromEntries(
      AMOUNTS.map(([name, amount]) => [name, { type: 'string', default: `${amount}` }]),
    ),
  },
});

function readAmounts() {
  const amounts = Object.fromEntries(AMOUNTS.map(([name]) => [name, Number(options[name])]));
  for (const [name, amount] of Object.entries(amounts)) {
    if (!(amount >= 0)) throw new Error(`--${name}=${options[name]} is no number`);
  }
  return amounts;
}

async function run() {
  const measures = options.quick ? QUICK : options.readme ? README : MEASURES;
  const names = measures === MEASURES ? options.only.split(',') : Object.keys(measures);
  const unknown = names.filter((name) => !Object.hasOwn(measures, name));
  if (unknown.length > 0) throw new Error(`no measure is called ${unknown.join(', ')}`);
  const amounts = readAmounts();

  if (options.before) addBefore(options.before);
  buildTools();
  pinMyself();
  console.log(
    `${os.cpus().length} x ${os.cpus()[0].model}, Linux ${os.release()}, Node ${process.version}`,
  );
  for (const name of names) {
    await measures[name](amounts);
    removeSites();
  }
  printTable();
  printMissed();
}

if (options.help) {
  console.log(usage);
} else {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
  process.on('exit', () => {
    stopAll();
    removeSites();
  });
  try {
    await run();
  } catch (error) {
    console.error(`bench: ${error.message}`);
    process.exit(1);
  }
}
