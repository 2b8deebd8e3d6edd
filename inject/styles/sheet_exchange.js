/**
 * sheet_exchange: lets the old style sheets of a patch go only when the new ones are there, so that the
 * page is never without style.
 */

// A disabled sheet fires no event when it is put in.
const LONGEST_LOAD_MS = 3000;
const SHEETS = 'link[rel~="stylesheet" i], style';

/**
 * @typedef {object} SheetExchange
 * @property {(added: any) => void} add prepares the sheets in a node that comes into the page
 * @property {(live: any) => void} remove takes the node out of the page; a sheet goes with finish only
 * @property {() => Promise<void>} finish waits for the new sheets, then removes the old ones
 */

/**
 * @param {object} options
 * @param {(sheet: HTMLLinkElement) => void} options.freshen called before a sheet comes into the page
 * @param {() => void} options.changed called before what has come into the page is painted
 * @param {import('../page/world.js').Later} options.later
 * @returns {SheetExchange}
 */
export function createSheetExchange({ freshen, changed, later }) {
  /** @type {Promise<unknown>[]} */
  const coming = [];
  /** @type {Element[]} */
  const going = [];

  /** @param {Element} element */
  const hasLoaded = (element) =>
    new Promise((resolve) => {
      for (const type of ['load', 'error']) element.addEventListener(type, resolve);
      later(resolve, LONGEST_LOAD_MS);
    });

  return {
    add(added) {
      if (!added.querySelectorAll) return;
      for (const sheet of [added, ...added.querySelectorAll(SHEETS)]) {
        if (!sheet.matches(SHEETS)) continue;
        freshen(sheet);
        coming.push(hasLoaded(sheet));
      }
    },
    remove(live) {
      if (live.matches?.(SHEETS)) going.push(live);
      else live.remove();
    },
    async finish() {
      changed();
      await Promise.all(coming.splice(0));
      changed();
      for (const sheet of going.splice(0)) sheet.remove();
    },
  };
}
