/**
 * right_to_left: lays out anew what a patch has changed in a page with lines that run from right to left.
 *
 * Chromium lays out only what has changed in a line. If the line begins at the right, what is left of that comes to
 * lie 1/64 of a pixel beside the place that it has after a load, and its letters are drawn otherwise.
 */

import { isFirefox } from './world.js';

const LETTERS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * No font has such a feature, so nothing gets another size, and nothing that is scrolled moves. But Chromium has to
 * lay out every line with the font that it asks for.
 */
const NO_FEATURE = '*{font-feature-settings:"lvsv"!important}';

/** Whether there is text from right to left. @param {Element} root */
export const hasRightToLeft = (root) => LETTERS.test(root.textContent ?? '');

/**
 * To be called before what a patch has changed is painted.
 *
 * @param {import('./world.js').FullWindow} window
 */
export function layOutAgain(window) {
  const { document } = window;
  const { documentElement: root, body, adoptedStyleSheets: sheets } = document;
  const hasSuchLines =
    hasRightToLeft(root) ||
    root.querySelector('[dir=rtl i]') ||
    window.getComputedStyle(body).direction === 'rtl';
  if (isFirefox(window) || !hasSuchLines) return;
  const sheet = new window.CSSStyleSheet();
  sheet.replaceSync(NO_FEATURE);
  sheets.push(sheet);
  root.getBoundingClientRect();
  sheets.pop();
}
