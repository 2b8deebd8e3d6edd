/**
 * with_server: a server for one test, or for all tests of a file. It has to end well, and without a word on
 * stderr, where a sanitizer's complaints would be.
 */

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startServer } from './server.js';

/**
 * Starts liveserve, lets use do something with it and ends it, if use has not.
 *
 * @param {Parameters<typeof startServer>[0] & {complaints?: RegExp}} options complaints: what may be on stderr
 * @param {(server: Awaited<ReturnType<typeof startServer>>) => Promise<void>} use
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

/** Starts liveserve for the tests of a file; to be called outside of them. */
export async function serverForFile({ complaints, ...options }) {
  const server = await startServer(options);
  after(() => endWell(server, complaints));
  return server;
}

async function endWell(server, complaints) {
  await server.stop();
  assert.deepEqual(
    server.errors.filter((line) => !complaints?.test(line)),
    [],
  );
}
