/**
 * bench: how fast liveserve is, beside its peers. `./dev bench` builds what it needs and starts it.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';

import * as measures from './measures.mjs';
import { buildHelpers, pinMyself, stopAll } from './servers.mjs';
import { removeSites } from './sites.mjs';

const ALL = ['start', 'memory', 'save', 'idle'];

const usage = `./dev bench [OPTIONS]
  --only=NAMES   some of ${ALL.join(',')}
  --rounds=N     starts of each server (20)
  --saves=N      saves of each file in each way (100)
  --seconds=N    how long idleness is watched (10)`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: ALL.join(',') },
    rounds: { type: 'string', default: '20' },
    saves: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function cleanUp() {
  stopAll();
  removeSites();
}

async function run() {
  const names = options.only.split(',');
  const unknown = names.filter((name) => !ALL.includes(name));
  if (unknown.length > 0) throw new Error(`no measure is called ${unknown.join(', ')}`);

  buildHelpers();
  pinMyself();
  console.log(`${os.cpus().length} x ${os.cpus()[0].model}, Linux ${os.release()}, Node ${process.version}`);
  console.log('ratio: this median to that of liveserve, in the same interleaved run');
  const amounts = Object.fromEntries(['rounds', 'saves', 'seconds'].map((name) => [name, Number(options[name])]));
  for (const name of names) await measures[name](amounts);
}

if (options.help) {
  console.log(usage);
} else {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
  process.on('exit', cleanUp);
  try {
    await run();
  } catch (error) {
    console.error(`bench: ${error.message}`);
    process.exitCode = 1;
  }
}
