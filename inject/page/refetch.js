/**
 * refetch: a reload may take files from the browser's memory without asking the server: those that were
 * sent with a max-age, and those that a script requests with force-cache. So what has changed is put into
 * that memory first.
 *
 * Firefox keeps pictures in a memory of their own. There it asks the server whether a picture has changed
 * since it was fetched last. So when the new one was just fetched, it goes on showing the old one.
 *
 * The script of the tag is put into that memory, too (client_assets.c): a user who stops the reload before the
 * script has come would have a page in which nobody knows that it is not whole. Firefox reloads past that
 * memory.
 */

import { canonicalUrl } from './url.js';
import { isFirefox } from './world.js';

// Longer than that a reload does not wait.
const LONGEST_MS = 500;
// A worker may have asked for such a file; then the page does not know of it.
const IS_CODE = /\.(m?js|json|wasm)$/i;
const MOST_OF_THESE = 50;
// What asks for pictures, by initiatorType.
const SHOWS = /^(img|image|imageset|input|css|icon|video|other)$/;
// The server tells by Accept that it is not a script of the page that reads the file.
const HOW = /** @type {RequestInit} */ ({ cache: 'reload', headers: { accept: '*/*;q=0.1' } });

/**
 * @param {import('./world.js').FullWindow} window
 * @param {string} address
 */
async function fetchAnew(window, address) {
  const answer = await window.fetch(`${address}#liveserve=`, HOW);
  // The browser remembers only what was read to its end.
  await answer.body?.pipeTo(new window.WritableStream());
}

/**
 * What never changes, so it can be under way before it is certain that the page is to load again.
 *
 * @param {{window: import('./world.js').FullWindow, source: string}} options source: the URL of the script
 * @returns {Promise<void> | undefined} never rejects; undefined in Firefox
 */
export const refetchScript = ({ window, source }) =>
  isFirefox(window) ? undefined : fetchAnew(window, source).catch(() => {});

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {string} options.origin
 * @param {Set<string>} options.changed canonical URLs
 * @param {import('./world.js').Later} options.later
 * @param {Promise<void>} [script] that of refetchScript
 * @returns {Promise<unknown> | undefined} resolves when all is there, or does not come in time; undefined when
 *   there is nothing to wait for
 */
export function refetch({ window, origin, changed, later }, script) {
  const code = [...changed].filter((url) => IS_CODE.test(url)).slice(0, MOST_OF_THESE);
  const urls = new Set(code.map((url) => origin + url));
  const entries = /** @type {PerformanceResourceTiming[]} */ (
    window.performance.getEntriesByType('resource')
  );
  // Each load asks for the document itself.
  const [own] = window.location.href.split('#');
  /** @type {string[]} */
  const pictures = [];
  for (const { name, initiatorType } of entries) {
    const url = canonicalUrl(name, origin);
    if (!url || !changed.has(url) || name.includes('liveserve=') || name === own) continue;
    urls.delete(origin + url);
    const address = name.split('#')[0];
    urls.add(address);
    if (isFirefox(window) && SHOWS.test(initiatorType)) pictures.push(address);
  }
  for (const address of pictures) urls.delete(address);
  const all = [...urls].map((url) => fetchAnew(window, url));
  if (script) all.push(script);
  if (!all.length) return undefined;
  return Promise.race([
    Promise.allSettled(all),
    new Promise((resolve) => later(resolve, LONGEST_MS)),
  ]);
}
