/**
 * sheet_requests: the requests with which the exchange of a style sheet begins. They are under way while
 * update.js is being loaded.
 */

/** @typedef {Promise<Response | void>} Answer nothing when it cannot be had */

/** @type {RequestInit} */
export const NEWEST = { cache: 'no-cache', headers: { accept: 'text/css,*/*;q=0.1' } };

/**
 * @param {Window} window
 * @param {string} href of the sheet
 * @param {string} stamp another one each time; empty to ask for the text that the page was loaded with, as
 *   long as the browser has it. Only the first exchange of a sheet needs that
 * @returns {Answer} the newest text
 */
export function requestSheet(window, href, stamp) {
  const [path] = href.split('#');
  // The one with # is for the list of what the page has asked for.
  const mark = stamp ? (/\?/.test(path) ? '&' : '?') : '#';
  /** @type {RequestInit} */
  const how = stamp ? NEWEST : { cache: 'only-if-cached', mode: 'same-origin' };
  return window.fetch(`${path + mark}liveserve=${stamp}`, how).catch(() => {});
}
