/**
 * kept_drawings: a use element shows a part of a drawing (SVG). When the page shows the same file as a picture, too,
 * Chromium takes that part over a reload without asking for it, so it may be old.
 */

import { findAll } from './shadow_roots.js';
import { canonicalUrl, freshHref } from './url.js';
import { isComplete, isFirefox, listen } from './world.js';

/** @type {(urls: string[]) => string[]} those that may be kept, each one once */
export const drawingsIn = (urls) => [...new Set(urls)].filter((url) => /\.svg$/i.test(url));

/**
 * Asks for the drawings that the page has not asked for itself.
 *
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => string} options.stamp
 * @param {string[]} drawings canonical URLs of those that have changed before a reload of this page. What this one has
 *   kept, the next one may keep
 */
export function renewDrawings({ window, document, origin, stamp }, drawings) {
  function renew() {
    const entries = window.performance.getEntriesByType('resource');
    for (const use of findAll(document, 'svg use')) {
      const { href, baseURI } = /** @type {SVGUseElement} */ (use);
      const url = canonicalUrl(href.baseVal, origin, baseURI);
      if (!url || !drawings.includes(url)) continue;
      // That of a picture has no fragment.
      const [address] = new URL(href.baseVal, baseURI).href.split('#');
      const isAsked = entries.some(({ name }) => name.startsWith(`${address}#`));
      if (!isAsked) href.baseVal = freshHref(href.baseVal, stamp());
    }
  }

  if (!drawings.length || isFirefox(window)) return;
  if (isComplete(document)) renew();
  else listen(window, 'load', renew);
}
