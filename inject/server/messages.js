/**
 * messages: what the page says when it greets the server, and what it does with each message of the
 * server. The protocol is liveserve.v1: JSON objects with a type.
 */

import { isComplete, listen, navigationOf } from '../page/world.js';

/**
 * @typedef {import('../page/changes.js').Change} Change
 *
 * @typedef {object} MessageOptions
 * @property {import('../page/world.js').FullWindow} window
 * @property {string} epoch of the script tag
 * @property {number} version of the script tag
 * @property {(changes: Change[], isReloadOnly?: boolean) => Promise<boolean>} apply applies changes and
 *   returns whether the page uses anything of them
 * @property {(mustReload: boolean) => void} refresh
 * @property {() => string[]} ownUrls where the document is found. The second differs from the first when a
 *   script has moved the page on with history.pushState
 * @property {() => (string | null)[]} used the canonical URLs of the files that the page uses
 * @property {import('./used_urls.js').UsedUrls} usedUrls
 * @property {import('../report/badge.js').Note} note
 * @property {(message: {settle?: number}) => void} greeted called when the server knows this page again, or asks
 *   whether it shows the newest files
 * @property {import('../client.js').Use} use
 */

/**
 * @param {MessageOptions} options
 * @returns {{hello: () => object, receive: (text: string) => void}} hello makes the first message on a
 *   connection
 */
export function createMessages(options) {
  // Before the first change.
  const FIRST_VERSION = 1;
  const { window, apply, refresh, ownUrls, used, usedUrls, note, greeted, use } = options;
  let { epoch, version } = options;
  // After Back a browser takes what it has in its memory. A file there may be older than the document. So all
  // that has changed since the server was started is asked for.
  if (/back/.test(navigationOf(window)?.type)) version = FIRST_VERSION;
  /**
   * Whether the server says that nothing is to be exchanged in place.
   *
   * @type {boolean | undefined}
   */
  let reloads;

  /** @param {string} text */
  async function take(text) {
    try {
      const message = JSON.parse(text);
      const { type, changes } = message;
      if (type === 'state') return usedUrls.put(message.stamp);
      if (type === 'editor') return use((update) => update.editor(message));
      if (type === 'change' && (await apply(changes, reloads))) {
        usedUrls.expire();
      }
      if (type === 'reload') refresh(true);
      for (const { urls, problem } of changes ?? []) {
        note(urls[0], problem && used().some((url) => urls.includes(url)) && problem);
      }
      // The version in a hello is that of the last message which the page has had. The messages that the
      // page has missed come next.
      ({ version, epoch = epoch, reloads = reloads } = message);
      if (type === 'hello') greeted(message);
    } catch {
      refresh(true);
    }
    // A page that is still loading may have requested the old file, and we do not know of it yet.
    if (!isComplete(window.document)) listen(window, 'load', () => receive(text));
  }

  // One after the other.
  /** @type {Promise<unknown>} */
  let taken = Promise.resolve();
  /** @type {(text: string) => unknown} */
  const receive = (text) => (taken = taken.then(() => take(text)));

  return {
    hello: () => ({
      type: 'hello',
      page: ownUrls()[1],
      epoch,
      version,
      ...usedUrls.hello(),
    }),
    receive,
  };
}
