/**
 * reload: loads the page again, but not without end.
 *
 * Each load of a page has another data-version. There is one exception: something between the page and
 * the server, mostly a service worker, answers with an old copy. More reloads would not help then. So
 * after three loads with the same data-version there are no more. sessionStorage holds the count; a page
 * with another data-version clears it.
 */

import { quietly } from './quietly.js';

/**
 * @param {object} options
 * @param {() => void} options.reload
 * @param {() => Storage} options.storage may throw, as sessionStorage does in a sandbox
 * @param {string} options.key under which the count is stored, another one for each path
 * @param {string} options.state data-version of this load
 * @param {import('./world.js').Later} options.later
 * @param {Console} options.console
 * @returns {() => void}
 */
export function createReload({ reload, storage, key, state, later, console }) {
  const MOST_ALIKE = 3;
  // The browser may have asked the user whether to leave the page, and the user has stayed.
  const ASK_AGAIN_MS = 5000;
  let isAsked = false;
  let alike = 0;

  quietly(() => {
    const [before, count] = (storage()[key] ?? '').split(' ');
    if (before === state) alike = Number(count);
    else delete storage()[key];
  });

  return () => {
    if (isAsked) return;
    isAsked = true;
    if (alike === MOST_ALIKE) return console.debug('liveserve: this is an old copy');
    alike++;
    quietly(() => (storage()[key] = `${state} ${alike}`));
    later(() => (isAsked = false), ASK_AGAIN_MS);
    reload();
  };
}
