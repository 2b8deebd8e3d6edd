/**
 * load: a client that reads answers as a browser does, with Node's own parser: also chunked, interim and
 * compressed ones.
 */

import { once } from 'node:events';
import http from 'node:http';
import { inTime } from './server.js';

/** The fields of a browser that opens a page, and of a script that fetches it. */
export const NAVIGATION = {
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
};
export const FETCH = { Accept: '*/*', 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': 'cors' };

/** The tag that every document gets. */
export const TAG = /<script src="(?:\.\.\/)*__liveserve\/client\.js"[^]*?><\/script>/;

/**
 * Begins a request on a connection of its own, and returns the answer as soon as its head is there.
 *
 * @param {{port: number}} server
 * @param {string} path
 * @param {http.OutgoingHttpHeaders} [headers]
 * @param {string} [method]
 */
export async function begin(server, path, headers = NAVIGATION, method = 'GET') {
  const { port } = server;
  const asked = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  asked.end();
  const [answer] = await inTime(once(asked, 'response'), () => `an answer for ${path}`);
  asked.on('error', () => {}); // The answer has it, too.
  return /** @type {http.IncomingMessage} */ (answer);
}

/**
 * Loads a page. hasBroken: the answer has ended before it was complete.
 *
 * @param {{port: number}} server
 * @param {string} path
 * @param {http.OutgoingHttpHeaders} [headers]
 * @param {string} [method]
 */
export async function load(server, path, headers, method) {
  const answer = await begin(server, path, headers, method);
  /** @type {Buffer[]} */
  const pieces = [];
  let hasBroken = false;
  answer.on('data', (piece) => pieces.push(piece)).on('error', () => (hasBroken = true));
  await inTime(
    new Promise((resolve) => answer.once('close', resolve)),
    () => `the end of the answer for ${path}`,
  );
  const bytes = Buffer.concat(pieces);
  const { statusCode: status, headers: fields } = answer;
  return { status, fields, bytes, text: bytes.toString(), hasBroken };
}
