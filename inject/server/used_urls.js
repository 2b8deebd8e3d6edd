/**
 * used_urls: tells the server which files this page uses, and keeps the stamp that the server gives for
 * them. The stamp is one hash of the states of all these files. When the server has been started again,
 * the stamp tells it whether any of them has changed meanwhile.
 *
 * A stamp is good for the files that the server was told of, in the state that the page was last told of.
 * When the page uses more files, or one of them has changed, there is no stamp until the server has given
 * another one.
 */

const WAIT_MS = 300;
// The most that the server takes in one message, less what else is in the message.
const MOST_URLS = 4096;
const MOST_LETTERS = 250000;

/**
 * @typedef {object} UsedUrls
 * @property {() => {urls?: string[], stamp?: string}} hello what the first message on a connection
 *   says of the used files
 * @property {() => void} greeted the server has said hello: it knows this page again, but nothing of what
 *   it was told on another connection
 * @property {(stamp: string) => void} put the server has given a stamp
 * @property {() => void} check the page may use more files
 * @property {() => void} expire one of the files has changed
 */

/**
 * @param {object} options
 * @param {() => Set<string | null> | false} options.urls false when that cannot be said
 * @param {(message: object) => void} options.send may lose the message; then greeted is called some time
 *   later
 * @param {import('../page/world.js').Later} options.later
 * @returns {UsedUrls}
 */
export function createUsedUrls({ urls, send, later }) {
  /**
   * What the server was told.
   *
   * @type {string[]}
   */
  let told = [];
  /** @type {string | undefined} */
  let stamp;
  let isAsked = false;
  let isWaiting = false;

  function isCurrent() {
    const known = new Set(told);
    const now = stamp && urls();
    return now && [...now].every((url) => !url || known.has(url));
  }

  function ask() {
    isWaiting = false;
    if (isAsked || isCurrent()) return;
    const used = /** @type {string[]} */ ([...(urls() || [])].filter(Boolean));
    stamp = '';
    isAsked = !!used[0] && used.length <= MOST_URLS && `${used}`.length < MOST_LETTERS;
    told = isAsked ? used : [];
    send({ type: 'uses', urls: isAsked ? used : undefined });
  }

  // The longer the list, the less often it is sent.
  function check() {
    if (!isWaiting) later(ask, WAIT_MS + told.length);
    isWaiting = true;
  }

  return {
    hello: () => (isCurrent() ? { urls: told, stamp } : {}),
    greeted() {
      isAsked = false;
      ask();
    },
    put(given) {
      isAsked = false;
      stamp = given;
      // For what has come while the stamp was on its way.
      check();
    },
    check,
    expire() {
      stamp = '';
      check();
    },
  };
}
