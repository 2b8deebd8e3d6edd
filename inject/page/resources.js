/**
 * resources: which files the page has asked for, whether it got them or not.
 *
 * The browser keeps that list, but only up to a limit and only until the page clears it. So this module
 * writes its own list from the moment the script runs. A frame in which our script runs looks after
 * itself. The files of other frames (a text file, a picture, a sandbox) count as files of this page.
 * The scripts of liveserve do not count.
 */

import { findScriptTag } from './script_tag.js';
import { select } from './shadow_roots.js';
import { canonicalUrl, sourceOf } from './url.js';

// What has our mark in its address is a file that the page uses anyway, and we have asked for it.
const NOT_COUNTED = /^(i?frame|object|embed) |\/__liveserve\/|[?&#]liveserve=/;
const READ_TYPE = /^(fetch|xmlhttprequest)$/;
const SOURCES =
  'iframe, frame, object, embed, img, script[src], link[rel~="icon" i], link[rel~="manifest" i]';

/**
 * @typedef {object} Resources
 * @property {() => Set<string | null>} urls the canonical URLs of the files
 * @property {() => Set<string | null>} read those of them that scripts have read
 * @property {() => boolean} isIncomplete whether the page may have asked for files that are not in the
 *   list
 */

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => void} options.added called when there may be more URLs
 * @returns {Resources}
 */
export function createResources({ window, document, origin, added }) {
  /** @type {Set<string | null>} */
  const seen = new Set();
  /** @type {Set<string | null>} */
  const read = new Set();
  let lost = false;

  const observer = new /** @type {any} */ (window).PerformanceObserver(
    /** @type {(list: PerformanceObserverEntryList, observer: any, more: any) => void} */
    (list, _, more) => {
      if (more?.droppedEntriesCount) lost = true;
      const { size } = seen;
      note(list.getEntries());
      if (seen.size > size) added();
    },
  );
  observer.observe({ type: 'resource', buffered: true });

  /** @param {PerformanceEntryList} entries */
  function note(entries) {
    for (const { name, initiatorType } of /** @type {PerformanceResourceTiming[]} */ (entries)) {
      const url = canonicalUrl(name, origin);
      if (NOT_COUNTED.test(`${initiatorType} ${name}`)) continue;
      seen.add(url);
      if (READ_TYPE.test(initiatorType)) read.add(url);
    }
  }

  function urls() {
    note(observer.takeRecords());
    // A frame of another origin gives no contentDocument.
    const elements = select(document, SOURCES).filter(
      ({ contentDocument }) => !contentDocument || !findScriptTag(contentDocument),
    );
    return new Set([...seen, ...elements.map((one) => canonicalUrl(sourceOf(one), origin))]);
  }

  return { urls, read: () => read, isIncomplete: () => lost };
}
