/**
 * sheet_requests: the requests with which the exchange of a style sheet begins. They are under way while
 * update.js is being loaded.
 */

/** @type {RequestInit} */
export const NEWEST = { cache: 'no-cache', headers: { accept: 'text/css,*/*;q=0.1' } };

/** @typedef {Promise<Response | null>[]} SheetRequests the newest text, and the one that the page was loaded with, as long as the browser has that; null for what cannot be had */

/**
 * @param {import('../page/world.js').FullWindow} window
 * @param {string} href of the sheet
 * @param {string} stamp
 * @returns {SheetRequests}
 */
export function requestSheet(window, href, stamp) {
  const [path] = href.split('#');
  const mark = path.includes('?') ? '&' : '?';
  /** @type {[string, RequestInit][]} */
  const requests = [
    [`${path + mark}liveserve=${stamp}`, NEWEST],
    // The mark is for the list of what the page has asked for.
    [`${path}#liveserve=`, { cache: 'only-if-cached', mode: 'same-origin' }],
  ];
  return requests.map((request) => window.fetch(...request).catch(() => null));
}
