/**
 * state_storage: hands the state of a page (page_state.js), and how it was left (reload.js), to the next one,
 * in the storage of the session.
 *
 * Only the load for which it was stored gets it. The first script of the page takes it out of the storage
 * at once, whatever the load is.
 */

import { navigationOf } from './world.js';

// A page that is asked to load again is left within this time, or stays.
const LONGEST_LEAVE_MS = 15000;

/** @param {Window} window @returns {string} where the state is stored; another place for each path */
const placeOfState = ({ location }) => `liveserve keep ${location.pathname}`;

/**
 * Forgets what the page before has stored.
 *
 * @param {Window} window whose sessionStorage may throw, as in a sandbox
 * @returns {any} a string, if there is one
 */
export function takeStored(window) {
  const place = placeOfState(window);
  const { sessionStorage } = window;
  const stored = sessionStorage[place];
  delete sessionStorage[place];
  return stored;
}

/** @type {(stored?: string) => boolean} whether there is nothing to restore in it, but its origin */
export const isEmpty = (stored) => stored?.[0] === ' ';

/**
 * @typedef {import('./page_state.js').PageState & {origin: import('./reload.js').Origin}} Stored
 */

/**
 * @param {Window} window whose sessionStorage may throw, as in a sandbox
 * @param {import('./page_state.js').PageState} state
 * @param {import('./reload.js').Origin} origin
 */
export function storeState(window, state, origin) {
  const { entries, before, focus, selection, scroll } = state;
  const isAnything = entries[0] ?? before[0] ?? focus ?? selection ?? scroll.find(Boolean);
  /** @type {(entry: object) => number} */
  const lengthOf = (entry) => JSON.stringify(entry).length;
  for (;;) {
    try {
      window.sessionStorage[placeOfState(window)] =
        (isAnything === undefined ? ' ' : '') +
        JSON.stringify({ ...state, origin, at: Date.now() });
      return;
    } catch (error) {
      // The storage is full. The longest text is too long; the others may fit.
      const longest = entries.reduce(
        (found, entry, i) => (lengthOf(entry) > lengthOf(entries[found]) ? i : found),
        0,
      );
      if (!entries.splice(longest, 1).length) throw error;
    }
  }
}

/**
 * @param {import('./world.js').FullWindow} window
 * @param {string} stored
 * @returns {Stored | null} null when it was stored for a load that never came
 */
export function readState(window, stored) {
  const { at, ...state } = JSON.parse(stored);
  // From when it was stored to when the load of this page began. The origin of performance may be off.
  const wait = Date.now() - window.performance.now() - at;
  return navigationOf(window)?.type === 'reload' && wait < LONGEST_LEAVE_MS ? state : null;
}
