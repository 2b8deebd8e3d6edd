/**
 * resources: which files the page has asked for, whether it got them or not.
 *
 * The browser keeps that list, but only up to a limit and only until the page clears it. So this module
 * writes its own list from the moment the script runs. A frame that has loaded our script looks after
 * itself. The files of other frames (a text file, a picture, a sandbox, srcdoc), and what those use, count
 * as files of this page. Nothing in them can be exchanged, so they count as read by scripts.
 * The scripts of liveserve do not count.
 */

import { select } from './shadow_roots.js';
import { canonicalUrl, sourceOf } from './url.js';
import { isLoading } from './world.js';

/** What asks the server each time that the document is loaded. */
const ASKED = /^(script|link|css|im)/;

/** @param {string} name */
const isOurScript = (name) => name.includes('__liveserve/client');
/** Chromium loads scripts for a sandbox that may run none. @param {Element} frame */
const isSilent = (frame) => frame.matches('[sandbox]:not([sandbox*=allow-scripts])');

/**
 * @typedef {object} Resources
 * @property {(isSettled?: boolean) => Set<string | null>} urls the canonical URLs of the files; isSettled:
 *   without those of a frame that may be about to load our script
 * @property {() => Set<string | null>} read those of them that scripts have read
 * @property {() => boolean} mustAsk whether a load may take any of them from the browser's memory and ask for it
 *   in no other way: what scripts fetch, what is in a frame, and what a service worker answers. Then, and in a
 *   frame, the server is asked for the document first
 * @property {() => boolean} isCut whether the page may have asked for files that are not in the
 *   list
 */

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => void} options.added called when there may be more URLs
 * @param {(entry: PerformanceResourceTiming) => void} options.ended called for each
 *   request of the page that has got an answer, or will get none
 * @returns {Resources}
 */
export function createResources({ window, document, origin, added, ended }) {
  /** @type {Set<string | null>} */
  const seen = new Set();
  /** @type {Set<string | null>} */
  const read = new Set();
  let lost = false;
  // While a frame loads, the page around it would take the frame's files for its own. So a frame gives it time to hear
  // of the change, too.
  let mustAsk = !!window.frameElement;

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
    for (const entry of /** @type {PerformanceResourceTiming[]} */ (entries)) {
      const { name, initiatorType, workerStart } = entry;
      const url = canonicalUrl(name, origin);
      ended(entry);
      // What has our mark in its address is a file that the page uses anyway, and we have asked for it.
      const isUncounted = /^(i?frame|object|embed) |\/__liveserve\/|[?&#]liveserve=/;
      if (isUncounted.test(`${initiatorType} ${name}`)) continue;
      if (workerStart || !ASKED.test(initiatorType)) mustAsk = true;
      seen.add(url);
      // A script asks for a module, be it of JavaScript, CSS or JSON.
      if (/^(fetch|xmlhttprequest|script)$/.test(initiatorType)) read.add(url);
    }
  }

  /**
   * @param {any} shown
   * @param {boolean} [isSettled] see urls
   * @returns {string[]} the URLs of what is in the document, and in its frames
   */
  function namesIn(shown, isSettled) {
    const sources =
      'iframe,frame,object,embed,img,track,script[src],[rel~=icon i],[rel~=manifest i]';
    return select(shown, sources).flatMap((element) => {
      // A frame of another origin gives no contentDocument.
      const { contentDocument: inner } = element;
      if (!inner) return [sourceOf(element)];
      mustAsk = true;
      /** @type {string[]} */
      const own = inner.defaultView.performance
        .getEntriesByType('resource')
        .map((/** @type {PerformanceEntry} */ { name }) => name);
      if (own.some(isOurScript) ? !isSilent(element) : isSettled && isLoading(inner)) return [];
      own.push(...namesIn(inner, isSettled));
      own.forEach((name) => read.add(canonicalUrl(name, origin)));
      return [sourceOf(element), ...own];
    });
  }

  /** @type {Resources['urls']} */
  function urls(isSettled) {
    note(observer.takeRecords());
    const names = namesIn(document, isSettled).map((name) => canonicalUrl(name, origin));
    return new Set([...seen, ...names]);
  }

  return { urls, read: () => read, mustAsk: () => lost || mustAsk, isCut: () => lost };
}
