/**
 * losses: notes what may tell that the page lacks something because the server was away. What it does
 * lack is found out later and elsewhere (missing_files.js), so that a page to which nothing happens need
 * not load that part.
 */

import { isComplete, listen, whenRead } from './world.js';

/**
 * @typedef {object} Losses
 * @property {Map<string, PerformanceResourceTiming>} failed by URL and type, the last request that got
 *   no answer
 * @property {Set<string>} barred the URLs of what the page's own policy forbids
 * @property {number} lostAt when the connection was lost; Infinity when there is one; 0 when this script
 *   itself could not be had with the page
 * @property {(entry: PerformanceResourceTiming) => void} ended to be called for each request that has ended
 * @property {() => void} lost to be called when the connection is lost, or cannot be made
 * @property {Promise<any>} read resolves when no more of the document will come. Chromium never says that
 *   it has read a document that was cut off; of one that the user has stopped it says that it is complete
 */

/**
 * When Chromium asks whether what it has is still good, and gets no answer, it says 200 of it.
 *
 * @param {PerformanceResourceTiming} entry of a request that has ended
 */
export const isAnswered = ({ responseStatus, responseStart }) => responseStatus && responseStart;

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @returns {Losses}
 */
export function createLosses({ window, document }) {
  /** @type {(ignored?: any) => void} */
  let end;
  /** @type {Losses} */
  const losses = {
    failed: new Map(),
    barred: new Set(),
    // The tag has asked for the script again, by an import.
    lostAt: document.currentScript ? Infinity : 0,
    ended(entry) {
      if (!isAnswered(entry)) losses.failed.set(entry.name + entry.initiatorType, entry);
    },
    lost() {
      losses.lostAt = Math.min(losses.lostAt, window.performance.now());
      end();
    },
    read: new Promise((resolve) => {
      end = resolve;
      whenRead(document, end);
      listen(document, 'readystatechange', () => isComplete(document) && end());
    }),
  };
  listen(document, 'securitypolicyviolation', ({ blockedURI, disposition }) => {
    if (disposition === 'enforce') losses.barred.add(blockedURI);
  });
  return losses;
}
