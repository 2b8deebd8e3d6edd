/**
 * sheet_requests: the request with which the exchange of a style sheet begins. It is under way while
 * update.js is being loaded.
 */

/** @type {RequestInit} */
export const NEWEST = { cache: 'no-cache', headers: { accept: 'text/css,*/*;q=0.1' } };

/**
 * @param {import('../page/world.js').FullWindow} window
 * @param {string} href of the sheet
 * @param {string} stamp
 * @returns {Promise<Response | null>} the newest text, under an address that no cache knows; null when
 *   there is no answer
 */
export function requestSheet(window, href, stamp) {
  const [path] = href.split('#');
  const mark = path.includes('?') ? '&' : '?';
  return window.fetch(`${path + mark}liveserve=${stamp}`, NEWEST).catch(() => null);
}
