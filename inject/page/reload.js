/**
 * reload: loads the page again, but not without end.
 *
 * Each load of a page has another data-version. There is one exception: something between the page and
 * the server, mostly a service worker, answers with an old copy. More reloads would not help then. So
 * after three loads with the same data-version there are no more. sessionStorage holds the count; a page
 * with another data-version clears it.
 *
 * A page may live on after it was told to load again: the user stopped it, or a click led elsewhere, and
 * Back has brought the page from the back/forward cache.
 */

import { quietly } from './quietly.js';
import { listen } from './world.js';

/**
 * @param {object} options
 * @param {EventTarget} options.window
 * @param {() => void} options.reload
 * @param {() => void} options.again called when the page still lives some time after reload
 * @param {() => Storage} options.storage may throw, as sessionStorage does in a sandbox
 * @param {string} options.key under which the count is stored, another one for each path
 * @param {string} options.state data-version of this load
 * @param {import('./world.js').Later} options.later
 * @param {Console} options.console
 * @returns {() => void}
 */
export function createReload(options) {
  const { window, reload, again, storage, key, state, later, console } = options;
  const MOST_ALIKE = 3;
  // A slow server gets more time at each try.
  let waitMs = 5000;
  let isAsked = false;
  let alike = 0;

  quietly(() => {
    const [before, count] = (storage()[key] ?? '').split(' ');
    if (before === state) alike = Number(count);
    else delete storage()[key];
  });
  listen(window, 'pageshow', ({ persisted }) => (isAsked &&= !persisted));

  function ask() {
    let mayStay = false;
    /** @param {any} event */
    const look = (event) => (mayStay = event.defaultPrevented || !!event.returnValue);
    // Only now: a page that listens to it always may not get into the back/forward cache.
    listen(window, 'beforeunload', look);
    later(() => {
      window.removeEventListener('beforeunload', look);
      isAsked = false;
      // The browser may have asked the user, who has stayed. Then the next change asks again.
      if (!mayStay) again();
    }, waitMs);
    waitMs *= 2;
    reload();
  }

  return () => {
    if (isAsked) return;
    isAsked = true;
    if (alike === MOST_ALIKE) return console.debug('liveserve: this is an old copy');
    quietly(() => (storage()[key] = `${state} ${alike + 1}`));
    ask();
  };
}
