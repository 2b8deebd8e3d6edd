/**
 * rest: what a server takes while nobody needs it: memory, watches, wake-ups.
 */
import { openPage, use } from '../page.mjs';
import { memory, used, watches } from '../process.mjs';
import { printBar, printRows } from '../report.mjs';
import { sleep, startServer } from '../servers.mjs';
import { makeLargeSite, makeSite } from '../sites.mjs';

const NAMES = ['liveserve', 'live-server', 'five-server', 'vite'];
const REQUESTS = 100;
/** Longer than connections are kept alive, trees take to be walked and sockets are given up on. */
const SETTLE_MS = 35000;

/** Starts them all, each on its folder and with an open page. */
async function begin(rootFor) {
  const begun = [];
  for (const name of NAMES) {
    const server = await startServer(name, rootFor(name));
    await use(server, REQUESTS);
    begun.push({ ...server, page: await openPage(server) });
  }
  return begun;
}

function look(servers) {
  return servers.map(({ name, pid }) => ({
    name,
    ...used(pid),
    resident: memory(pid, 'VmRSS'),
    own: memory(pid, 'RssAnon'),
    watched: watches(pid),
  }));
}

function print(site, title, before, after, most) {
  const wakeUps = after.map((now, i) => now.wakeUps - before[i].wakeUps);
  const processor = after.map((now, i) => Math.round(now.processor - before[i].processor));
  printRows(
    `${title}, ${site}`,
    ['RSS, MiB', 'its own', 'watches', 'wake-ups', 'CPU, us'],
    after.map(({ name, resident, own, watched }, i) => [
      name,
      resident,
      own,
      watched,
      wakeUps[i],
      processor[i],
    ]),
  );
  printBar(after[0].resident < most, `resident, ${site}, MiB, under ${most}`, after[0].resident);
  printBar(wakeUps[0] + processor[0] === 0, `wake-ups while idle, ${site}, none`, wakeUps[0]);
}

/** @param {{idle: number}} amounts */
export async function rest({ idle }) {
  const root = makeLargeSite();
  const small = await begin(makeSite);
  const large = await begin(() => root);
  const both = [small, large];
  await sleep(SETTLE_MS);

  const before = both.map(look);
  await sleep(idle * 1000);
  const after = both.map(look);

  const title = `idle for ${idle} s with an open page`;
  print('small site', title, before[0], after[0], 10);
  print('50,000 files', title, before[1], after[1], 12);
  for (const server of both.flat()) {
    await server.page.close();
    await server.stop();
  }
}
