/**
 * settle: tells the server that the page shows all that it was told of, as soon as that is true, and what is wrong
 * with it then. It works only when the server asks, because somebody waits (liveserve wait).
 */

import { faultsOf } from '../report/page_faults.js';
import { findAll, select } from './shadow_roots.js';
import { canonicalUrl, sourceOf } from './url.js';
import { isComplete, listen, navigationOf } from './world.js';

// The document is being asked for.
const LOOK_MS = 10;
// A window that is not painted has no frames.
const LONGEST_FRAME_MS = 100;
const FRAMES = 'iframe, frame, object, embed';

/**
 * @typedef {object} Busy
 * @property {<T>(work: Promise<T>) => Promise<T>} during
 * @property {() => Promise<void>} idle resolves when all of that has ended
 */

/** @returns {Busy} */
export function createBusy() {
  const running = new Set();
  return {
    during(work) {
      const end = () => running.delete(work);
      running.add(work);
      work.then(end, end);
      return work;
    },
    async idle() {
      while (running.size) await Promise.allSettled(running);
    },
  };
}

/** @param {Document} document */
function picturesOf(document) {
  const pictures = /** @type {HTMLImageElement[]} */ (findAll(document, 'img'));
  // A lazy one may never be asked for.
  const coming = pictures.filter(({ complete, loading }) => !complete && loading !== 'lazy');
  const ended = (/** @type {HTMLImageElement} */ one) =>
    new Promise((resolve) => ['load', 'error'].forEach((type) => listen(one, type, resolve)));
  return Promise.all(coming.map(ended));
}

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {import('./world.js').Later} options.later
 * @param {() => boolean} options.isCurrent see refresh.js
 * @param {() => boolean} options.isLeft
 * @param {() => boolean} options.isGone
 * @param {(message: object) => void} options.send
 * @param {Busy} options.busy
 * @param {() => Set<string | null>} options.named what the document and its style sheets name now
 * @returns {(round: number) => Promise<void>} answers the question with that number; not at all when the page is
 *   about to load again, because the next page is asked, too
 */
export function createSettle(options) {
  const { window, document, origin, later, isCurrent, isLeft, send, busy } = options;
  const faults = faultsOf(window);
  const pass = (/** @type {number} */ ms) => new Promise((resolve) => later(resolve, ms));
  const painted = () =>
    Promise.race([
      new Promise((resolve) => window.requestAnimationFrame(resolve)),
      pass(LONGEST_FRAME_MS),
    ]);

  async function untilShown() {
    while (!isCurrent() && !isLeft()) await pass(LOOK_MS);
    await busy.idle();
    await picturesOf(document);
    await document.fonts?.ready;
    await painted();
    await faults.noted();
  }

  return async (round) => {
    // When it has loaded, it takes the question again.
    if (!isComplete(document)) return;
    do await untilShown();
    while (!isCurrent() && !isLeft());
    if (isLeft()) return;
    const own = lacksDocument(options) ? [canonicalUrl(window.location.href, origin)] : [];
    const failed = [...new Set([...own, ...faults.missing(origin), ...missingParts(options)])];
    send({ type: 'settled', round, errors: faults.errors(), failed });
  };
}

/** Whether there is no file of what the page shows. @param {Parameters<typeof createSettle>[0]} options */
const lacksDocument = ({ window, isGone }) =>
  isGone() || navigationOf(window)?.responseStatus >= 400;

/**
 * What style sheets and frames name, and did not get: no event of an element says so.
 *
 * @param {Parameters<typeof createSettle>[0]} options
 */
function missingParts({ window, document, origin, named }) {
  /** @type {Map<string, PerformanceResourceTiming>} */
  const latest = new Map();
  for (const entry of window.performance.getEntriesByType('resource')) {
    const url = canonicalUrl(entry.name, origin);
    if (url) latest.set(url, /** @type {PerformanceResourceTiming} */ (entry));
  }
  const inFrames = new Set(
    select(document, FRAMES).map((one) => canonicalUrl(sourceOf(one), origin)),
  );
  return [...latest]
    .filter(([, { responseStatus }]) => responseStatus >= 400)
    .filter(([url, { initiatorType }]) =>
      initiatorType === 'css' ? named().has(url) : inFrames.has(url),
    )
    .map(([url]) => url);
}
