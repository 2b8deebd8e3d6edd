/**
 * state_storage: hands the state of a page (page_state.js), and how it was left (reload.js), to the next one,
 * in the storage of the session.
 */

/** Another one for each path. @param {Location} location */
export const storageKey = ({ pathname }) => `liveserve keep ${pathname}`;

/**
 * Forgets what the page before has stored.
 *
 * @param {Window} window whose storage may throw, as it does in a sandbox
 * @returns {any} a string, if there is one
 */
export function takeStored({ sessionStorage, location }) {
  const key = storageKey(location);
  const stored = sessionStorage[key];
  delete sessionStorage[key];
  return stored;
}
