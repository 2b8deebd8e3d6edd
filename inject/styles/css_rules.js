/**
 * css_rules: the rules in a style sheet, as far as the page may see them.
 */

import { isFirefox } from '../page/world.js';

/**
 * @param {CSSStyleSheet | null | undefined} sheet
 * @returns {CSSRuleList | undefined} undefined when there is no sheet, when it has not loaded yet, or when
 *   it is of another server
 */
export function rulesOf(sheet) {
  try {
    return sheet?.cssRules;
  } catch {
    // The browser does not let the page see the rules of another server.
  }
}

/**
 * @param {CSSStyleSheet | null | undefined} sheet
 * @returns {CSSRule[]} empty where rulesOf gives undefined
 */
export const rulesIn = (sheet) => [...(rulesOf(sheet) ?? [])];

/**
 * To be called before an imported sheet is changed. Chromium does not see such a change when the sheet that
 * imports it was changed, too, since the styles were computed.
 *
 * @param {Window} window
 */
export const settleStyles = ({ document, getComputedStyle }) =>
  void getComputedStyle(document.documentElement).color;

/**
 * To be called when elements have been moved: Firefox does not find out which rules hold now for what was beside an
 * element that moveBefore has moved. A rule for everything, which sets nothing, makes it look again.
 *
 * @param {import('../page/world.js').FullWindow} window
 */
export function matchAgain(window) {
  if (!isFirefox(window)) return;
  const sheet = new window.CSSStyleSheet();
  sheet.replaceSync('*{}');
  const { adoptedStyleSheets: sheets } = window.document;
  sheets.push(sheet);
  sheets.pop();
}
