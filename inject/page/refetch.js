/**
 * refetch: a reload may take files from the browser's memory without asking the server: those that were
 * sent with a max-age, and those that a script requests with force-cache. So what has changed is put into
 * that memory first.
 *
 * Not so in Firefox for what it also keeps decoded, as pictures: it asks the server about that at a reload,
 * and takes a file that its memory has already got from there for one that has not changed.
 */

import { canonicalUrl } from './url.js';

// Longer than that a reload does not wait.
const LONGEST_MS = 500;
// A worker may have asked for such a file; then the page does not know of it.
const IS_CODE = /\.(m?js|json|wasm)$/i;
const MOST_OF_THESE = 50;
const KEPT_DECODED = /^(img|image|css|input|video)$/;
// The server tells by Accept that it is not a script of the page that reads the file.
const HOW = /** @type {RequestInit} */ ({ cache: 'reload', headers: { accept: '*/*;q=0.1' } });

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {string} options.origin
 * @param {Set<string>} options.changed canonical URLs
 * @param {import('./world.js').Later} options.later
 * @returns {Promise<unknown>} when all is there, or does not come in time
 */
export function refetch({ window, origin, changed, later }) {
  const urls = new Set([...changed].filter((url) => IS_CODE.test(url)).slice(0, MOST_OF_THESE));
  const isFirefox = 'mozInnerScreenX' in window;
  for (const entry of window.performance.getEntriesByType('resource')) {
    const { name, initiatorType } = /** @type {PerformanceResourceTiming} */ (entry);
    if (isFirefox && KEPT_DECODED.test(initiatorType)) continue;
    const url = canonicalUrl(name, origin);
    if (!url || !changed.has(url) || name.includes('liveserve=')) continue;
    urls.delete(url);
    urls.add(name.split('#')[0]);
  }
  const all = [...urls].map(async (url) => {
    const answer = await window.fetch(`${url}#liveserve=`, HOW);
    // The browser remembers only what was read to its end.
    await answer.body?.pipeTo(new window.WritableStream());
  });
  return Promise.race([
    Promise.allSettled(all),
    new Promise((resolve) => later(resolve, LONGEST_MS)),
  ]);
}
