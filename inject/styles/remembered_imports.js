/**
 * remembered_imports: Firefox keeps a style element with all that it imports, and shows that when a later
 * load in the same tab has a style element with the same text, though an imported file has changed.
 */

/** @param {any} sheet @returns {Element} */
const styleAbove = (sheet) =>
  sheet.parentStyleSheet ? styleAbove(sheet.parentStyleSheet) : sheet.ownerNode;

/**
 * @param {object} options
 * @param {import('./css_source.js').CssSource} options.source
 * @param {import('./sheet_text.js').SheetTexts} options.sheetTexts
 * @param {() => any[]} options.remembered the sheets that may be old
 * @param {(sheet: CSSStyleSheet) => void} options.prepare called before a new sheet is shown
 * @param {(sheet: any) => boolean} isKnown whether the sheet is brought up to date anyway
 * @returns {() => Promise<void>} brings those sheets up to date
 */
export function createCheck({ source, sheetTexts, remembered, prepare }, isKnown) {
  /** @type {WeakSet<CSSStyleSheet>} */
  const checked = new WeakSet();

  /** @param {any} sheet */
  async function check(sheet) {
    if (checked.has(sheet) || isKnown(sheet)) return;
    checked.add(sheet);
    const text = await source.fetch(`${sheet.href}#liveserve=`, false, '');
    if (text === null || isKnown(sheet) || sheetTexts.put(sheet, text, text)) return;
    // For a style element with another text the browser remembers nothing.
    if (!sheetTexts.put(sheet, text)) styleAbove(sheet).append('\n');
    prepare(sheet);
  }

  return async () => void (await Promise.all(remembered().map(check)));
}
