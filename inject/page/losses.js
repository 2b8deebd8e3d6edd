/**
 * losses: notes what may tell that the page lacks something because the server was away. What it does
 * lack is found out later and elsewhere (missing_files.js), so that a page to which nothing happens need
 * not load that part.
 */

import { listen } from './world.js';

/**
 * @typedef {object} Losses
 * @property {Map<string, PerformanceResourceTiming>} unanswered by URL, the last request for it that got no
 *   answer
 * @property {Set<string>} forbidden the URLs of what the page's own policy forbids
 * @property {number} lostAt when the connection was lost; Infinity when there is one; 0 when this script
 *   itself could not be had with the page
 * @property {(entry: PerformanceResourceTiming) => void} ended to be called for each request that has ended
 * @property {() => void} lost to be called when the connection is lost, or cannot be made
 */

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @returns {Losses}
 */
export function createLosses({ window, document }) {
  /** @type {Losses} */
  const losses = {
    unanswered: new Map(),
    forbidden: new Set(),
    // The tag has asked for the script again, by an import.
    lostAt: document.currentScript ? Infinity : 0,
    ended(entry) {
      if (entry.responseStatus === 0) losses.unanswered.set(entry.name, entry);
    },
    lost() {
      losses.lostAt = Math.min(losses.lostAt, window.performance.now());
    },
  };
  listen(document, 'securitypolicyviolation', ({ blockedURI }) => losses.forbidden.add(blockedURI));
  return losses;
}
