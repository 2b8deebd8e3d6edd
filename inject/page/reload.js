/**
 * reload: loads the page again, but not without end.
 *
 * A page tells the next one about the reload, in the storage of the session. So two circles end:
 *
 * - Each load of a page has another data-version. There is one exception: something between the page and
 *   the server, mostly a service worker, answers with an old copy. After three loads with the same
 *   data-version there are no more.
 * - A server that ends whenever the page is loaded would be asked again each time that it is started. After
 *   five such loads, in which a page does not live for long, the next change is awaited.
 *
 * A page may live on after it was told to load again: the user stopped it, or a click led elsewhere, and
 * Back has brought the page from the back/forward cache. If the next page was there already when it was
 * stopped, that one loads again, once.
 */

import { quietly } from './quietly.js';
import { isComplete, listen, wasStopped } from './world.js';

const MOST_ALIKE = 3;
const MOST_RESTARTS = 5;
const SHORT_LIFE_MS = 10000;
const STOPPED_MS = 1000;
// A click has called the reload off. Its page may take some time, or be a download.
const AFTER_CLICK_MS = 30000;

/**
 * @typedef {object} Origin how a page came to be: by a reload that the page before has asked for
 * @property {string} state data-version of the page before
 * @property {string} epoch what run of the server that page was of
 * @property {number} alike how many reloads in a row had that data-version
 * @property {number} restarts for how many pages in a row the server was started again soon
 * @property {boolean} isLacking whether that page lacked something that the server had
 * @property {string[]} [drawings] see kept_drawings.js
 *
 * @typedef {object} Reload
 * @property {() => void} reload
 * @property {(origin?: Origin) => void} comesFrom to be called when the page was loaded by a reload
 * @property {() => boolean} isLacking to be called when the page lacks something that the server has;
 *   returns whether the page before did, too, and the server has not been started again since
 */

/**
 * Without the document, an object element shows what is in it, if the element itself loads the document. And in
 * Firefox a drawing loses its size, unless the element loads it.
 *
 * @param {import('./world.js').FullWindow} window
 * @returns {boolean} false when the document is to load itself
 */
function loadByElement(window) {
  const element = /** @type {any} */ (window.frameElement);
  if (element?.localName !== 'object') return false;
  element.setAttribute('data', element.getAttribute('data'));
  return true;
}

/**
 * Leaves as soon as all is prepared. The browser begins with the load while the state is read: this page lives until
 * there is an answer. But an element that loads the page may end it at once.
 *
 * @param {any} options those of createReload
 * @param {() => void} load
 * @param {Origin} origin
 */
function leave({ window, prepare, store }, load, origin) {
  const keep = () => quietly(() => store(origin));
  quietly(prepare).then(() => {
    if (window.frameElement) keep();
    load();
    if (!window.frameElement) keep();
  });
}

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {() => Promise<unknown> | undefined} options.prepare fetches what the load could take from the browser's
 *   memory; undefined when there is nothing
 * @param {(origin: Origin) => void} options.store keeps it for the next page
 * @param {() => void} options.giveUp called when the page still lives some time after the reload
 * @param {() => void} options.stay called when the user was asked, and has stayed
 * @param {string} options.state data-version of this load
 * @param {string} options.epoch its first half
 * @param {number} options.lostAt 0 when this script itself could not be had with the page
 * @param {import('./world.js').Later} options.later
 * @param {Console} options.console
 * @param {(message: object) => void} [options.send]
 * @returns {Reload}
 */
export function createReload(options) {
  const { window, giveUp, stay, state, epoch, later, console } = options;
  // A slow server gets more time at each try.
  let waitMs = 2000;
  let isAsked = false;
  /** @type {Origin} */
  let before = { state: '', epoch: '', alike: 0, restarts: 0, isLacking: false };
  // Known before the server has said that it has what this page lacks: a change may come first.
  let isLacking = options.lostAt === 0;

  listen(window, 'pageshow', ({ persisted }) => (isAsked &&= !persisted));

  /** Whether it was asked about leaving. @param {any} event */
  const mayStay = (event) =>
    (event.defaultPrevented || !!event.returnValue) &&
    window.navigator.userActivation?.hasBeenActive !== false;

  function load() {
    /** The first is for the reload, another one for a click. @type {boolean[]} */
    const leaves = [];
    const look = (/** @type {any} */ event) => leaves.push(mayStay(event));
    // Only now: a page that listens to it always may not get into the back/forward cache.
    listen(window, 'beforeunload', look);
    later(() => {
      window.removeEventListener('beforeunload', look);
      isAsked = false;
      // The browser may have asked the user, who has stayed. Then the next change asks again.
      if (leaves.some(Boolean)) stay();
      else if (leaves.length > 1) later(giveUp, AFTER_CLICK_MS);
      else giveUp();
    }, waitMs);
    waitMs *= 2;
    // Another page will come in the place of this one.
    options.send?.({ type: 'leaving' });
    // Firefox may show old pictures and fonts from its memory unless it is told not to. It would then also
    // load past a service worker, which the page may need.
    const { location, navigator } = /** @type {any} */ (window);
    const isPlain = !navigator.serviceWorker?.controller;
    if (!isPlain || !loadByElement(window)) location.reload(isPlain);
  }

  /** Such a document is complete without a load event. A reload that was called off may have stopped it, too. */
  function lookWhetherStopped() {
    if (!isComplete(window.document)) later(lookWhetherStopped, STOPPED_MS);
    else if (wasStopped(window) && before.state !== state) giveUp();
  }

  if (!isComplete(window.document)) later(lookWhetherStopped, STOPPED_MS);

  return {
    reload() {
      if (isAsked) return;
      isAsked = true;
      const alike = before.state === state ? before.alike : 0;
      if (alike === MOST_ALIKE) return console.debug('liveserve: this is an old copy');
      const isRestarted = before.epoch && before.epoch !== epoch;
      const isShort = isRestarted && window.performance.now() < SHORT_LIFE_MS;
      const restarts = isShort ? before.restarts + 1 : 0;
      if (restarts > MOST_RESTARTS) {
        isAsked = false;
        before.epoch = '';
        stay();
        return console.debug('liveserve: the server ends at each load');
      }
      const origin = { state, epoch, alike: alike + 1, restarts, isLacking };
      leave(options, load, origin);
    },
    comesFrom(origin = before) {
      before = origin;
      later(lookWhetherStopped, STOPPED_MS);
    },
    isLacking() {
      isLacking = true;
      return before.isLacking && before.epoch === epoch;
    },
  };
}
