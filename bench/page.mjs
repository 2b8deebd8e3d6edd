/**
 * page: an open page of a server, played by tools/saver.c, which also does the saving.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { SAVER, SERVERS } from './servers.mjs';

/** What a browser says when it wants a style sheet; Vite goes by that. */
const ACCEPT_CSS = { Accept: 'text/css,*/*;q=0.1' };

async function load(port, target, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${target}: ${response.status}`);
}

/** Asks for the page and its style sheet so many times, where the server answers such requests. */
export async function use({ name, port }, times = 1) {
  if (SERVERS[name].answers === false) return;
  for (let i = 0; i < times; i++) {
    await load(port, '/');
    await load(port, '/style.css', ACCEPT_CSS);
  }
}

/**
 * Opens the page and its socket.
 *
 * @returns {Promise<{save: (way: 'place' | 'rename', word: string, file: string, content: string) =>
 *   Promise<{us: number, repeated: number, others: number}>, close: () => Promise<void>}>} save: see tools/saver.c
 */
export async function openPage(server) {
  await use(server);
  const [path, subprotocol, ...messages] = await SERVERS[server.name].socket(server.port);
  const saver = spawn(SAVER, [`${server.port}`, path, subprotocol, ...messages], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: saver.stdout })[Symbol.asyncIterator]();

  return {
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
