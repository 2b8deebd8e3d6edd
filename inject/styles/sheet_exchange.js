/**
 * sheet_exchange: lets the old style sheets of a patch go only when the new ones are there, so that the
 * page is never without style.
 */

// One that takes longer may never come.
const LONGEST_LOAD_MS = 3000;
const SHEETS = 'link[rel~="stylesheet" i], style';

/**
 * @typedef {object} SheetExchange
 * @property {(added: any) => void} add prepares the sheets in a node that comes into the page
 * @property {(live: any) => void} remove takes the node out of the page; a sheet goes with finish only
 * @property {() => Promise<boolean>} finish waits for the new sheets, then removes the old ones. Gives false, and
 *   leaves them, when one of the new ones has not come
 */

/**
 * @param {object} options
 * @param {() => void} options.changed called before what has come into the page is painted
 * @param {import('../page/world.js').Later} options.later
 * @returns {SheetExchange}
 */
export function createSheetExchange({ changed, later }) {
  /** @type {Promise<boolean>[]} */
  const coming = [];
  /** @type {Element[]} */
  const going = [];

  /** Whether it has come in time. @type {(element: any) => Promise<boolean>} */
  const hasCome = (element) =>
    new Promise((resolve) => {
      element.addEventListener('load', () => resolve(true));
      element.addEventListener('error', () => resolve(isAnswered(element)));
      later(() => resolve(false), LONGEST_LOAD_MS);
    });

  return {
    add(added) {
      if (!added.querySelectorAll) return;
      for (const sheet of [added, ...added.querySelectorAll(SHEETS)]) {
        if (sheet.matches(SHEETS) && isAwaited(sheet)) coming.push(hasCome(sheet));
      }
    },
    remove(live) {
      if (live.matches?.(SHEETS)) going.push(live);
      else live.remove();
    },
    async finish() {
      changed();
      if (coming.length > 0) {
        const ends = await Promise.all(coming.splice(0));
        if (ends.includes(false)) return false;
        changed();
      }
      for (const sheet of going.splice(0)) sheet.remove();
      return true;
    },
  };
}

/**
 * Whether it is the server that has no such sheet. A user who stops the page stops its requests, too.
 *
 * @param {any} element for which there was an error
 */
function isAnswered({ localName, href, ownerDocument }) {
  if (localName === 'style') return true;
  const entries = ownerDocument.defaultView.performance.getEntriesByName(href);
  return entries.pop()?.responseStatus > 0;
}

const IS_CSS = /^\s*(text\/css\s*(;.*)?)?$/i;

/**
 * Whether the browser loads something for the element that the page is shown with. For another one there
 * may never be an event.
 *
 * @param {any} element that matches SHEETS
 */
function isAwaited(element) {
  const { localName, namespaceURI, ownerDocument, textContent } = element;
  const get = (/** @type {string} */ name) => element.getAttribute(name) ?? '';
  const isHtml = !/svg|MathML/.test(namespaceURI);
  const has = localName === 'style' ? /@import/i.test(textContent) : !!get('href').trim();
  const isUsed = !element.hasAttribute('disabled') && !/\balternate\b/i.test(get('rel'));
  const media = get('media');
  const fits = !media || ownerDocument?.defaultView?.matchMedia(media).matches !== false;
  return isHtml && has && isUsed && fits && IS_CSS.test(get('type'));
}
