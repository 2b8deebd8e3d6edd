/**
 * stylesheets: brings the style sheets of the page up to date without a flash.
 *
 * The new text of a file is put into every sheet that was made of it, however it got into the page: by a
 * link, by a style element that imports, or by another sheet. What comes into the page later under the
 * same address may be the old one, which Firefox has in its memory. So it gets the new text, too.
 */

import { isComplete, isFirefox, listen, navigationOf } from '../page/world.js';
import { rulesOf, settleStyles } from './css_rules.js';
import { createCssSource } from './css_source.js';
import { createPreload } from './preload.js';
import { requestSheet } from './sheet_requests.js';
import { comingImports, createSheetTexts, importsOf, readSheet } from './sheet_text.js';
import { allImports, createUsedSheets } from './used_sheets.js';

/**
 * @typedef {import('./sheet_text.js').SheetText} SheetText
 * @typedef {import('./sheet_requests.js').Answer} Answer
 *
 * @typedef {Map<string, Answer[] | undefined>} EarlyAnswers by the address of a sheet that changes for the
 *   first time: its newest text, and the one that the page was loaded with. Undefined once they are taken
 *
 * @typedef {object} StylesheetParts
 * @property {() => void} retry tries again what could not be had, when the server is back
 * @property {() => void} renew gives the newest text to what has come into the page
 * @property {(kinds: Map<any, string>, early?: EarlyAnswers) => void} update as that of an Updater. Takes
 *   the answers that were asked for early
 *
 * @typedef {{urls: () => Set<string | null>} & StylesheetParts} Stylesheets
 */

// The browser shows the new text first.
const PROOF_MS = 100;
// A user who stops the page stops its requests, too, and nothing says so.
const AGAIN_MS = 1000;
// Some pages never end to load.
const LONGEST_LOAD_MS = 10000;
const LOOK_MS = 50;

/**
 * @typedef {object} StylesheetOptions
 * @property {import('../page/world.js').FullWindow} window
 * @property {Document} document
 * @property {string} origin
 * @property {() => string} stamp another one each time
 * @property {() => boolean} isScripted whether scripts may change the style sheets
 * @property {() => void} giveUp called when only a reload can help
 * @property {(sheet: CSSStyleSheet) => void} prepare called before a new sheet is shown
 * @property {import('../page/world.js').Later} later
 * @property {(work: Promise<void>) => unknown} [during] is given what brings a sheet
 */

/**
 * @param {StylesheetOptions} options
 * @returns {Stylesheets}
 */
export function createStylesheets(options) {
  const { window, document, stamp, giveUp, during = (work) => work } = options;
  const used = createUsedSheets(options);
  const { elements, sheets, urlOf } = used;
  const source = createCssSource(options);
  const sheetTexts = createSheetTexts(window.CSSStyleSheet);
  /**
   * By address, the newest text of every sheet that ever changed.
   *
   * @type {Map<string, SheetText>}
   */
  const texts = new Map();
  /** By address, the last request for it. @type {Map<string, string>} */
  const asked = new Map();
  const preload = createPreload(options, source, texts);
  const postponed = createPostponed(options, (kinds) => update(kinds));
  const parts = { used, source, texts, sheetTexts, preload, postponed };
  const { show, renew } = createFilling(options, parts);
  const watch = createWatch(window, renew);

  /** @type {(href: string, kind: string, integrity: string, early?: Answer[]) => Promise<void>} */
  async function bring(href, kind, integrity, early) {
    const links = () => elements().filter((one) => one.href === href);
    // They are called by a load.
    if (kind !== 'modified' && links().some((one) => one.matches('[onload],[onerror]')))
      return giveUp();
    const ticket = stamp();
    const [newest, loaded] = early ?? [requestSheet(window, href, ticket)];
    asked.set(href, ticket);
    const shown = () => sheets().filter((sheet) => sheet.href === href);
    const known = shown();
    const [text, before] = await Promise.all([
      source.fetch(href, kind === 'deleted', integrity, newest),
      known.every(sheetTexts.of) ? undefined : recallLoaded(options, source, href, loaded),
    ]);
    if (asked.get(href) !== ticket) return;
    if (text === null) return postponed.add(urlOf({ href }));
    const next = readSheet(text);
    const guess = before === undefined ? undefined : readSheet(before);
    const imports = shown().flatMap((sheet) => comingImports(sheetTexts.of(sheet) ?? guess, next));
    if (imports.length) await preload(imports, href);
    if (asked.get(href) !== ticket) return;
    texts.set(href, next);
    // What has come meanwhile is left to renew.
    for (const sheet of shown()) if (known.includes(sheet)) show(sheet, next, guess);
    renew();
    if (kind !== 'deleted') links().forEach(loadMissing);
  }

  /** @type {Stylesheets['update']} */
  function update(kinds, early) {
    watch();
    if (sheetsOfNoElement(document).some((one) => kinds.has(urlOf(one)))) return giveUp();
    const all = [...sheets(), ...elements()];
    const wanted = new Map(all.map(({ href, integrity = '' }) => [href, integrity]));
    for (const [href, integrity] of wanted) {
      const kind = href && kinds.get(urlOf({ href }));
      if (!kind) continue;
      during(bring(href, kind, integrity, early?.get(href)).catch(giveUp));
      early?.set(href, undefined);
    }
  }

  return {
    urls: used.urls,
    update(kinds, early) {
      postponed.supersede(kinds);
      update(kinds, early);
    },
    renew,
    retry: postponed.retry,
  };
}

/**
 * While a page is reloaded past the memory of Firefox, as reload.js does it, a request for what is in that memory
 * gets no answer and removes it from there. So nothing is asked before such a page has loaded.
 *
 * @param {StylesheetOptions} options
 * @param {import('./css_source.js').CssSource} source
 * @param {string} href
 * @param {Answer} [loaded]
 * @returns {Promise<string | undefined>} the text that the page was loaded with, as far as it is needed
 */
async function recallLoaded({ window, document, isScripted, later }, source, href, loaded) {
  const isReloaded = isFirefox(window) && navigationOf(window)?.type === 'reload';
  const mustWait = () => isReloaded && !isComplete(document);
  for (let ms = 0; isScripted() && mustWait() && ms < LONGEST_LOAD_MS; ms += LOOK_MS)
    await new Promise((resolve) => later(resolve, LOOK_MS));
  return mustWait() ? undefined : source.recall(loaded ?? requestSheet(window, href, ''));
}

/**
 * Sheets that cannot be had wait for the server. In case it is not away, they are tried once more before.
 *
 * @param {StylesheetOptions} options
 * @param {(kinds: Map<any, string>) => void} update
 */
function createPostponed({ later }, update) {
  /** @type {Set<string | null>} */
  const urls = new Set();
  let mayTryAgain = true;
  const retry = () => {
    update(new Map([...urls].map((url) => [url, 'modified'])));
    urls.clear();
  };
  return {
    retry,
    /** @param {string | null} url */
    add(url) {
      urls.add(url);
      if (mayTryAgain) later(retry, AGAIN_MS);
      mayTryAgain = false;
    },
    /** @param {Map<any, string>} kinds what has changed again */
    supersede(kinds) {
      for (const url of kinds.keys()) urls.delete(url);
      mayTryAgain = true;
    },
  };
}

/**
 * Gives the texts to the sheets.
 *
 * @param {StylesheetOptions} options
 * @param {object} parts those of createStylesheets
 * @param {import('./used_sheets.js').UsedSheets} parts.used
 * @param {import('./css_source.js').CssSource} parts.source
 * @param {Map<string, SheetText>} parts.texts
 * @param {import('./sheet_text.js').SheetTexts} parts.sheetTexts
 * @param {ReturnType<typeof createPreload>} parts.preload
 * @param {ReturnType<typeof createPostponed>} parts.postponed
 */
function createFilling(options, { used, source, texts, sheetTexts, preload, postponed }) {
  const { window, isScripted, giveUp, prepare, later } = options;

  /** @type {(sheet: any, next: SheetText) => void} */
  function fill(sheet, next) {
    if (sheet.ownerRule) settleStyles(window);
    if (!sheetTexts.fill(sheet, next)) giveUp();
    prepare(sheet);
  }

  /**
   * What the browser has in its memory for an address is mostly what the sheet was loaded
   * with. That is proved a little later, so that the new text is seen early.
   *
   * @param {any} sheet
   */
  function prove(sheet) {
    const shown = /** @type {SheetText} */ (sheetTexts.of(sheet));
    if (sheetTexts.isRight(sheet, shown)) return;
    if (isScripted()) giveUp();
    else fill(sheet, shown);
  }

  /** @type {(sheet: any, next: SheetText, guess?: SheetText) => void} */
  function show(sheet, next, guess) {
    if (sheet.ownerRule) settleStyles(window);
    const known = sheetTexts.of(sheet);
    const old = known ?? guess;
    if (old && sheetTexts.change(sheet, next, old)) {
      if (!known) later(() => prove(sheet), PROOF_MS);
      return prepare(sheet);
    }
    if (isScripted()) giveUp();
    else fill(sheet, next);
  }

  // Nobody has changed yet what has just come.
  const fillNew = () =>
    (texts.size > 0 ? used.sheets() : []).forEach((sheet) => {
      const next = texts.get(sheet.href);
      if (next && sheetTexts.of(sheet) !== next) fill(sheet, next);
    });

  /** Firefox shows them as they were at an earlier load. */
  async function check() {
    const old = [...used.kept(), ...findGone(window, used.elements())];
    const unknown = old.filter((one) => used.urlOf(one) && !texts.has(one.href));
    const read = async (/** @type {any} */ sheet) => {
      const { href } = sheet;
      const text = await source.fetch(`${href}#liveserve=`, true, '');
      if (text === null) return postponed.add(used.urlOf(sheet));
      const next = readSheet(text);
      const imports = importsOf(next);
      const isOther = imports.length > 0 && !sheetTexts.isRight(sheet, next);
      if (isOther) await preload(imports, href).catch(() => {});
      if (!texts.has(href)) texts.set(href, next);
    };
    await Promise.all(unknown.map(read));
    fillNew();
  }

  const renew = () => {
    fillNew();
    check().catch(() => {});
  };
  if (findGone(window, used.elements()).length > 0) renew();
  return { show, renew };
}

/**
 * Where a script in front of a link has made Firefox ask for the sheet ahead, and its file is gone, Firefox shows the
 * sheet of an earlier load.
 *
 * @param {import('../page/world.js').FullWindow} window
 * @param {any[]} elements
 * @returns {any[]} such sheets
 */
function findGone(window, elements) {
  /** @param {string} href */
  const answersTo = (href) =>
    /** @type {PerformanceResourceTiming[]} */ (window.performance.getEntriesByName(href));
  return elements
    .filter(({ href, sheet }) => isFirefox(window) && href && rulesOf(sheet)?.length)
    .filter(({ href }) => answersTo(href).some(({ responseStatus }) => responseStatus >= 400))
    .map(({ sheet }) => sheet);
}

/**
 * Those of an xml-stylesheet instruction, and in Firefox those of a Link field, with what they import: in them nothing
 * is exchanged.
 *
 * @param {Document} document
 * @returns {(CSSStyleSheet | CSSImportRule)[]}
 */
const sheetsOfNoElement = ({ styleSheets }) =>
  [...styleSheets]
    .filter(({ ownerNode }) => ownerNode?.nodeType !== 1)
    .flatMap((sheet) => [sheet, ...allImports(sheet)]);

/** A link whose file was missing may have no sheet. @param {HTMLLinkElement} link */
function loadMissing(link) {
  if (!link.sheet && !link.disabled) link.parentNode?.insertBefore(link, link.nextSibling);
}

/**
 * What a script brings in or points elsewhere is looked at.
 *
 * @param {import('../page/world.js').FullWindow} window
 * @param {() => void} renew
 * @returns {() => void} to be called at each change: it begins with the first one
 */
function createWatch(window, renew) {
  const { document } = window;
  const isSheet = (/** @type {Node} */ node) => /^(link|style)$/i.test(node.nodeName);
  let isWatching = false;
  return () => {
    if (isWatching) return;
    isWatching = true;
    listen(document, 'load', ({ target }) => isSheet(target) && renew(), true);
    new window.MutationObserver((records) => {
      if (records.some((one) => [one.target, ...one.addedNodes].some(isSheet))) renew();
    }).observe(document, {
      subtree: true,
      childList: true,
      attributeFilter: ['href', 'rel', 'disabled'],
    });
  };
}
