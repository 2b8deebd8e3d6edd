/**
 * follower: asks the server for its state again and again, and shows it when it has changed. A hidden page asks nothing.
 */

const WAIT_MS = 1000;

/**
 * @typedef {object} FollowerOptions
 * @property {() => Promise<string>} read gives the state as HTML, which the server has escaped
 * @property {(act: () => void, ms: number) => unknown} later
 * @property {Document} document
 */

/** @param {FollowerOptions} options */
export function createFollower({ read, later, document }) {
  const place = /** @type {HTMLElement} */ (document.getElementById('state'));
  const lost = /** @type {HTMLElement} */ (document.getElementById('lost'));
  let shown = '';
  let isWaiting = false;

  async function look() {
    isWaiting = false;
    if (document.hidden) return;
    try {
      const state = await read();
      lost.hidden = true;
      if (state !== shown) place.innerHTML = shown = state;
    } catch {
      lost.hidden = false;
    }
    wait();
  }

  function wait() {
    if (isWaiting) return;
    isWaiting = true;
    later(look, WAIT_MS);
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) wait();
  });
  wait();
}
