/**
 * css_rules: the rules in a style sheet, as far as the page may see them.
 */

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
