/**
 * with_server: a server for one test, or for all tests of a file. It has to end well and to write nothing to
 * stderr, where the sanitizers report.
 */

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startServer } from './server.js';

/** @typedef {import('./server.js').ServerOptions & {complaints?: RegExp}} Options complaints: allowed on stderr */

/**
 * Starts liveserve, calls use and then ends liveserve, if use has not.
 *
 * @param {Options} options
 * @param {(server: import('./server.js').Server) => unknown} use
 */
export async function withServer({ complaints, ...options }, use) {
  const server = await startServer(options);
  try {
    await use(server);
  } catch (error) {
    await server.kill();
    error.message += `\n${[...server.lines, ...server.errors].join('\n')}`;
    throw error;
  }
  await endWell(server, complaints);
}

/**
 * Starts liveserve for all tests of a file. Call it outside of the tests.
 *
 * @param {Options} options
 */
export async function serverForFile({ complaints, ...options }) {
  const server = await startServer(options);
  after(() => endWell(server, complaints));
  return server;
}

/**
 * @param {import('./server.js').Server} server
 * @param {RegExp} [complaints]
 */
async function endWell(server, complaints) {
  await server.stop();
  assert.deepEqual(
    server.errors.filter((line) => !complaints?.test(line)),
    [],
  );
}
