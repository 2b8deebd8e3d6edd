/**
 * refresh: brings the document itself up to date, in place where that is possible, else by a reload.
 *
 * It first waits until the server has the new document: the server may be restarting, and a build may
 * have removed the file for a moment.
 */

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;
// After so many answers that are no document, the page shows the answer itself.
const MOST_REFUSALS = 8;

/**
 * @typedef {[isThere: boolean, refusals: number, page?: any]} Answer whether the server has the document; how
 *   much it counts when the server answers, but not with the document: 2 for an empty one, 0 for no answer;
 *   what inert_page.js makes the document of, when it is there and was asked for
 *
 * @typedef {object} Refresh
 * @property {(mustReload?: boolean, isThere?: boolean) => void} refresh isThere: the server has just told that it has
 *   the document, and what the page uses
 * @property {() => void} stay the page is to stay as it is until refresh is called again
 * @property {() => void} stop the document is gone: the page stays as it is until refresh is called again
 * @property {() => boolean} isCurrent whether the page shows the newest document that it was told of
 * @property {() => boolean} isGone whether stop was called last
 * @property {() => boolean} isLeft whether the page was told to load again; it may live on nevertheless
 */

/**
 * @param {object} options
 * @param {() => unknown} options.findSnapshot returns something when the page can be patched
 * @param {(page: any) => Promise<boolean>} options.patch returns whether the page now shows the document
 * @param {(method: string) => Promise<Answer>} options.ask requests the page's own URL; GET brings the
 *   document
 * @param {() => void} options.reload
 * @param {() => void} options.done called when the page is up to date without a reload
 * @param {import('./world.js').Later} options.later
 * @returns {Refresh}
 */
export function createRefresh({ findSnapshot, patch, ask, reload, done, later }) {
  let isWanted = false;
  let isReload = false;
  let isSure = false;
  let isRunning = false;
  let isStopped = false;
  let isLeft = false;

  async function run() {
    isRunning = true;
    let refused = 0;
    for (let wait = FIRST_WAIT_MS; isWanted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      isWanted = false;
      isReload ||= !findSnapshot();
      const [isThere, refusals, page] =
        isReload && isSure ? [true, 0] : await ask(isReload ? 'HEAD' : 'GET');
      isSure = false;
      refused += refusals;
      // What was answered may be something else: a list of the folder whose index is gone.
      if (isStopped) continue;
      if (!isThere && refused < MOST_REFUSALS) {
        isWanted = true;
        await new Promise((resolve) => later(resolve, wait));
      } else if (!isThere || isReload || !(await patch(page).catch(() => false))) {
        isWanted = false;
        isLeft = isReload = true;
        reload();
      }
    }
    isRunning = false;
    if (!isLeft && !isStopped) done();
  }

  return {
    refresh(mustReload = false, isThere = false) {
      isStopped = false;
      isWanted = true;
      isSure = isThere;
      isReload ||= mustReload;
      if (!isRunning) run();
    },
    stop() {
      isStopped = true;
      isWanted = false;
    },
    stay() {
      isLeft = false;
    },
    isCurrent: () => !isRunning && !isLeft,
    isLeft: () => isLeft,
    isGone: () => isStopped,
  };
}
