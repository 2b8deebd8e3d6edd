/**
 * layout: lays out anew what a patch has changed, where the browser's own layout would not be that of a load.
 *
 * Chromium lays out only what has changed in a line. If the line begins at the right, what is left of that comes to
 * lie 1/64 of a pixel beside the place that it has after a load, and its letters are drawn otherwise.
 *
 * Firefox goes on breaking a line before a text, or not, as what was in front of it before allowed. And it does not
 * find out which rules hold now for what was beside an element that moveBefore has moved.
 */

import { isFirefox } from './world.js';

const LETTERS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * No font has such a feature, so nothing gets another size, and nothing that is scrolled moves. But Chromium has to
 * lay out every line with the font that it asks for.
 */
const NO_FEATURE = '*{font-feature-settings:"lvsv"!important}';
/** Firefox has to look for the rules of every element. */
const NO_STYLE = '*{}';

/** Whether there is text from right to left. @param {Element} root */
export const hasRightToLeft = (root) => LETTERS.test(root.textContent ?? '');

/**
 * Puts a style sheet in for a moment.
 *
 * @param {import('./world.js').FullWindow} window
 * @param {string} text
 */
function useSheet({ document, CSSStyleSheet }, text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
  document.documentElement.getBoundingClientRect();
  document.adoptedStyleSheets.pop();
}

/** @param {import('./world.js').FullWindow} window */
function layOutFromTheRight(window) {
  const { documentElement: root, body } = window.document;
  const hasSuchLines =
    hasRightToLeft(root) ||
    root.querySelector('[dir=rtl i]') ||
    window.getComputedStyle(body).direction === 'rtl';
  if (hasSuchLines) useSheet(window, NO_FEATURE);
}

/**
 * @param {import('./world.js').FullWindow} window
 * @param {MutationRecord[]} records of what a patch has changed
 */
function layOutInFirefox(window, records) {
  // A change of such a text would do more than lay it out: a style element would lose what was exchanged in it.
  const isText = (/** @type {Node} */ { parentElement }) =>
    parentElement?.closest('style, script, textarea') ? 2 /* skip */ : 1;
  const walker = window.document.createTreeWalker(window.document, 4 /* texts */, isText);
  const gone = new Set(records.flatMap(({ removedNodes }) => [...removedNodes]));
  for (const { target, previousSibling, addedNodes } of records) {
    const before = [...addedNodes].pop() ?? previousSibling;
    walker.currentNode = before ?? target;
    let text;
    do text = /** @type {Text | null} */ (walker.nextNode());
    while (text && before?.contains(text));
    // Nothing is selected otherwise by that.
    text?.appendData('');
  }
  if (records.some(({ addedNodes }) => [...addedNodes].some((one) => gone.has(one))))
    useSheet(window, NO_STYLE);
}

/**
 * To be called before a patch begins.
 *
 * @param {import('./world.js').FullWindow} window
 * @returns {() => void} to be called when nothing more will change, before that is painted
 */
export function watchLayout(window) {
  if (!isFirefox(window)) return () => layOutFromTheRight(window);
  /** @type {MutationRecord[]} */
  const records = [];
  const observer = new window.MutationObserver((some) => records.push(...some));
  observer.observe(window.document, { subtree: true, childList: true, characterData: true });
  return () => {
    records.push(...observer.takeRecords());
    observer.disconnect();
    layOutInFirefox(window, records);
  };
}
