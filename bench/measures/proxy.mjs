/**
 * proxy: how fast the answers of another server pass through, beside nginx. Its pages get the tag.
 */
import { addToTable, printBar, printRows, Samples } from '../report.mjs';
import { BACK_END, proxies, startServer } from '../servers.mjs';
import { load, makeFiles, prepare } from './http.mjs';

/** What part of nginx's rate is to be reached. */
const LEAST = 0.8;
/** A page is asked for as browsers do. */
const HEADERS = ['-H', 'Accept: text/html'];

/** @type {import('./http.mjs').Kind[]} */
const KINDS = [
  { title: 'proxied 1 KiB file', target: '/1k.txt', bars: {}, least: LEAST },
  { title: 'proxied 10 KiB page, injected or plain', target: '/10k.html', bars: {}, least: LEAST },
];

/** @param {{rounds: number, seconds: number}} amounts */
export async function proxy({ rounds, seconds }) {
  const root = makeFiles();
  const backEnd = await startServer('nginx', root, BACK_END);
  const servers = [];
  for (const [name, kind] of Object.entries(proxies(backEnd.port)))
    servers.push(await startServer(name, root, kind));

  for (const kind of KINDS) {
    const rates = new Samples();
    const costs = new Samples();
    for (const server of servers) await prepare(server, kind, { Accept: 'text/html' });
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        const { rate, cost } = await load(server, kind.target, HEADERS, seconds);
        rates.add(server.name, rate);
        costs.add(server.name, cost);
      }
    }
    printRows(
      `${kind.title}, requests/s`,
      ['median', '/ nginx', 'CPU us each', '/ nginx'],
      [...rates.keys()].map((name) => [
        name,
        rates.median(name),
        rates.ratio(name, 'nginx'),
        costs.median(name),
        costs.ratio(name, 'nginx'),
      ]),
    );
    addToTable(`${kind.title}, requests/s`, rates, { least: LEAST, of: 'nginx' });
    const ratio = rates.ratio('liveserve', 'nginx');
    printBar(ratio >= LEAST, `${kind.title}: at least ${LEAST} of the rate of nginx`, ratio);
  }
  for (const server of [...servers, backEnd]) await server.stop();
}
