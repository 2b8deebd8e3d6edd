/**
 * missing_files: what the page has asked the server for and did not get because the server was away.
 *
 * A file that does not exist is an answer, too. Nothing is missing when the page itself has ended the
 * request, by its policy or by a script. A script that has read a file before copes when it does not get
 * it again.
 */

import { isAnswered } from './losses.js';
import { findAll } from './shadow_roots.js';
import { canonicalUrl, sourceOf } from './url.js';
import { navigationOf, wasStopped } from './world.js';

// A page hardly ever ends such a request itself.
const SURE = /^(script|link|css)$/;
const READ = /^(fetch|xmlhttprequest)$/;
// What came over one connection may end some time before the page hears that another one is lost.
const BEFORE_MS = 1000;

/** @type {(entry: PerformanceResourceTiming) => number} */
const endOf = ({ startTime, duration }) => startTime + duration;

/** @param {any} element */
const isBroken = ({ complete, naturalWidth, error }) => error || (complete && naturalWidth === 0);

/**
 * As that of a frame in which the browser shows an error of its own; or of one in a sandbox.
 *
 * @param {any} frame
 */
const isUnseen = ({ contentDocument }) => contentDocument === null;
/** @param {any} frame */
const isSandbox = ({ sandbox }) => sandbox?.length > 0;
/**
 * As that of a lazy frame that nobody has seen, that of a frame whose file was downloaded, and in Firefox that of some
 * frames that got no answer. An edit may bring a frame again, so that there is an answer of before.
 *
 * @param {any} frame
 */
const isBlank = ({ contentDocument: shown }) => shown?.URL === 'about:blank';
/**
 * Whether the user has stopped its load. If liveserve's script came too late for that, only the page around it knows.
 *
 * @param {any} frame
 */
const isStopped = ({ contentDocument: shown }) => !!shown && wasStopped(shown.defaultView);

/**
 * @param {Document} document
 * @param {PerformanceResourceTiming[]} entries all of the page
 */
function findFrames(document, entries) {
  const frames = findAll(document, 'iframe, frame');
  const [unseen, blank] = [frames.filter(isUnseen), frames.filter(isBlank)];
  // Now and then Firefox has no entry for a frame that got no answer.
  const isSilent = (/** @type {any} */ frame) =>
    !isSandbox(frame) && !entries.some(({ name }) => name === sourceOf(frame));
  return {
    /** What they should show may be missing. */
    unseen: new Set([...unseen, ...blank].map(sourceOf)),
    missing: [
      ...unseen.filter(isSilent),
      ...frames.filter((frame) => !isBlank(frame) && isStopped(frame)),
    ].map(sourceOf),
    /** Missing if they are documents. */
    blank: blank.filter((one) => !one.matches('[loading=lazy i]')).map(sourceOf),
  };
}

/**
 * Where no WebSocket gets through, the page has taken events.js in its place, and the server was there all the time.
 *
 * @param {PerformanceResourceTiming[]} entries
 * @param {string} origin
 * @param {number} lostAt
 */
function wasBlocked(entries, origin, lostAt) {
  const part = `${origin}/__liveserve/events.js`;
  return entries.some(({ name, startTime }) => name.startsWith(part) && startTime > lostAt);
}

/**
 * To be called when there is a connection. Then what was noted of the time without one is forgotten.
 *
 * @param {import('./losses.js').Losses} losses
 * @param {import('./world.js').FullWindow} window
 * @param {string} origin the root of the server
 * @returns {Map<string, boolean>} URLs, each with whether it is missing only if it is a document
 */
export function findMissing(losses, window, origin) {
  const { performance, location, document } = window;
  const { failed, barred } = losses;
  const all = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'));
  const isTrue = !losses.lostAt || !wasBlocked(all, origin, losses.lostAt);
  const lostAt = isTrue ? losses.lostAt : Infinity;
  const isOurs = ({ name = '' }) => canonicalUrl(name, origin) !== null;
  const answers = all.filter((entry) => isAnswered(entry) && isOurs(entry));

  // Of what else a page has asked for it may have ended the request itself.
  const broken = new Set(findAll(document, 'img, video, audio').filter(isBroken).map(sourceOf));
  const frames = findFrames(document, all);

  /** @param {PerformanceResourceTiming} entry */
  function isMissing(entry) {
    const { name, initiatorType: type } = entry;
    const sameFile = answers.filter((one) => one.name === name);
    const isMadeGood = sameFile.some((one) => READ.test(type) || endOf(one) > endOf(entry));
    const isLoss = SURE.test(type) || broken.has(name) || frames.unseen.has(name) || isLate(entry);
    return !isMadeGood && isLoss && isOpen(name);
  }
  /** @param {string} name */
  const isOpen = (name) => isOurs({ name }) && !barred.has(name);
  /** @param {PerformanceResourceTiming} entry */
  const isLate = (entry) => endOf(entry) > lostAt - BEFORE_MS;
  /** Such an answer was cut off. @param {PerformanceResourceTiming} entry */
  const isCut = (entry) =>
    broken.has(entry.name) &&
    entry.responseStatus < 400 &&
    entry.startTime < lostAt &&
    isLate(entry);

  losses.lostAt = Infinity;
  // It is 0 when the document was cut off.
  const loaded = navigationOf(window)?.loadEventEnd || Infinity;
  const isHalf = lostAt < loaded && lostAt < Infinity;
  const found = [...[...failed.values()].filter(isMissing), ...answers.filter(isCut)];
  const missing = [...found.map(({ name }) => name), ...frames.missing.filter(isOpen)];
  if (isHalf) missing.push(location.href);
  return new Map([
    ...frames.blank.filter(isOpen).map((url) => /** @type {const} */ ([url, true])),
    ...missing.map((url) => /** @type {const} */ ([url, false])),
  ]);
}
