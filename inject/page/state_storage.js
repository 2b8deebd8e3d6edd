/**
 * state_storage: hands the state of a page (page_state.js) to the next one, in the storage of the session.
 */

import { quietly } from './quietly.js';

/**
 * Restores what the page before has stored, and forgets it.
 *
 * @param {() => Storage} storage may throw, as sessionStorage does in a sandbox
 * @param {string} key
 * @param {() => Promise<{save: () => Promise<object>, restore: (saved: any) => void}>} findUpdate gives the
 *   functions of page_state.js, which are not in the first script of a page
 * @returns {() => Promise<void>} stores what the next page is to restore
 */
export function createStateStorage(storage, key, findUpdate) {
  quietly(async () => {
    const notes = storage();
    const saved = notes[key];
    delete notes[key];
    if (saved) (await findUpdate()).restore(JSON.parse(saved));
  });
  return () =>
    quietly(async () => {
      const saved = await (await findUpdate()).save();
      storage()[key] = JSON.stringify(saved);
    });
}
