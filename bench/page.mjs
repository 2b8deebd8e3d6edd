/**
 * page: an open page of a server, played by tools/saver.c, which also does the saving.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { SAVER, SERVERS } from './servers.mjs';

/** What a browser sends when it navigates. Without it, liveserve's page has no script tag. */
export const ACCEPT_PAGE = { Accept: 'text/html,*/*;q=0.8', 'Sec-Fetch-Dest': 'document' };
/** What it sends when it wants a style sheet. Vite decides by it. */
const ACCEPT_CSS = { Accept: 'text/css,*/*;q=0.1' };

/**
 * @param {number} port
 * @param {string} target
 * @param {Record<string, string>} [headers]
 */
async function load(port, target, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${target}: ${response.status}`);
}

/**
 * Asks for the page and its style sheet, if the server serves files.
 *
 * @param {import('./servers.mjs').Server} server
 * @param {number} [times]
 */
export async function use({ name, port }, times = 1) {
  if (SERVERS[name].answers === false) return;
  for (let i = 0; i < times; i++) {
    await load(port, '/', ACCEPT_PAGE);
    await load(port, '/style.css', ACCEPT_CSS);
  }
}

/**
 * Opens the page and its socket.
 *
 * @param {import('./servers.mjs').Server} server
 */
export async function openPage(server) {
  await use(server);
  const [path, subprotocol, ...messages] = await SERVERS[server.name].socket(server.port);
  const saver = spawn(SAVER, [`${server.port}`, path, subprotocol, ...messages], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: saver.stdout })[Symbol.asyncIterator]();

  return {
    /**
     * Saves once. tools/saver.c has the meaning of all this.
     *
     * @param {string} way place or rename
     * @param {string} word
     * @param {string} file
     * @param {string} content
     */
    async save(way, word, file, content) {
      saver.stdin.write(`${way} ${word} ${file} ${content}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${server.name} closed its socket`);
      const [us, repeated, others] = value.split(' ').map(Number);
      return { us, repeated, others };
    },
    async close() {
      saver.stdin.end();
      await once(saver, 'exit');
    },
  };
}
