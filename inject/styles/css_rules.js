/**
 * rules: what is in a style sheet.
 */

/**
 * @param {CSSStyleSheet | null | undefined} sheet
 * @returns {CSSRuleList | undefined} undefined when there is no sheet, or not yet, or it is of another server
 */
export function rulesOf(sheet) {
	try {
		return sheet?.cssRules;
	} catch {
		return undefined;
	}
}

/** The same as an array, empty when there are none to be had. */
export const rulesIn = (sheet) => [...(rulesOf(sheet) ?? [])];
