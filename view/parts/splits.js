/**
 * splits: the lines between the parts of the page, by which the parts are made larger and smaller. The sizes are
 * custom properties of <main>.
 */

import { draggable } from './draggable.js';
import { byId } from './element.js';

/** What stays of each part. */
const SMALLEST = 120;

/**
 * @param {Document} document
 * @param {() => void} changed
 * @param {import('./sizes.js').Sizes} sizes
 */
export function makeSplits(document, changed, sizes) {
  const main = byId(document, 'main');

  /**
   * @param {string} split
   * @param {string} part its size is set
   * @param {string} property
   * @param {boolean} isUpright the line is, so that the width is what changes
   */
  function prepare(split, part, property, isUpright) {
    const element = byId(document, part);
    const size = (/** @type {Element} */ one) => {
      const { width, height } = one.getBoundingClientRect();
      return isUpright ? width : height;
    };
    /** Returns what the size then is. @param {number} wanted */
    function apply(wanted) {
      const most = Math.max(SMALLEST, size(main) - SMALLEST);
      const pixels = Math.round(Math.min(most, Math.max(SMALLEST, wanted)));
      main.style.setProperty(property, `${pixels}px`);
      byId(document, split).setAttribute('aria-valuenow', String(pixels));
      return pixels;
    }
    draggable(byId(document, split), () => {
      const before = size(element);
      return (x, y) => {
        // The part is on the right of its line, or below it.
        sizes.set(part, apply(before - (isUpright ? x : y)));
        changed();
      };
    });
    const kept = sizes.get(part);
    if (kept !== undefined) apply(kept);
  }

  prepare('split-ladder', 'ladder-pane', '--ladder-width', true);
  prepare('split-details', 'details', '--details-height', false);
  prepare('split-bytes', 'bytes-pane', '--bytes-width', true);
}
