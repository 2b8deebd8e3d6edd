/**
 * drafts: what an editor has typed and not saved; client loads it with the first of that.
 *
 * A draft is shown where that is possible in place: in style sheets, images, and documents without scripts. It
 * never makes the page load again: a page that cannot show it waits for the save.
 */

import { covers, relationOf, SHOWN } from './page/changes.js';
import { requestDocument } from './server/document_request.js';

/**
 * @typedef {import('./page/changes.js').Change} Change
 * @typedef {import('./page/changes.js').Updater} Updater
 *
 * @typedef {object} DraftOptions
 * @property {import('./page/world.js').FullWindow} window
 * @property {string} state data-version of this load: the epoch and the number of the last batch that it has
 * @property {(instead: () => void) => void} hold instead is called in place of giveUp until something else than a
 *   draft is shown
 * @property {() => void} giveUp
 * @property {import('./page/settle.js').Busy['during']} during
 * @property {Updater} assets
 * @property {{update: (kinds: Map<any, string>) => void}} sheets
 * @property {() => ((page: any) => Promise<boolean>) | null} findPatch gives that of Update
 *
 * @typedef {object} Parts those of createChanges
 * @property {() => string[]} ownUrls
 * @property {boolean} isFixed
 * @property {import('./page/resources.js').Resources} resources
 * @property {Updater} sheets
 */

/**
 * @param {DraftOptions} options
 * @returns {import('./page/changes.js').TakeDrafts}
 */
export function createDrafts(options) {
  const { state, hold, giveUp, during, assets, sheets } = options;
  const loaded = Number(state.split('.')[1]);
  /** The files whose last draft the page does not show; and those of which it shows some draft, or did. */
  const waiting = /** @type {Set<string>} */ (new Set());
  const shown = /** @type {Set<string>} */ (new Set());
  const show = createDocumentDrafts(options);
  let settled = Promise.resolve();

  /** @param {string} key @param {boolean} isShown */
  function note(key, isShown) {
    if (isShown) shown.add(key);
    else waiting.add(key);
  }

  /** Whether the page has to do what it does after a save. @param {Change} change */
  function isLeft({ urls: [key], draft, since = 0 }) {
    const hasWaited = waiting.delete(key);
    const showsDraft = shown.delete(key) || loaded > since;
    if (draft === 'saved') return hasWaited;
    return draft !== 'gone' || !hasWaited || showsDraft;
  }

  /** @param {Change} change @param {Parts} parts @param {boolean} mayUpdate */
  function take(change, parts, mayUpdate) {
    const [key] = change.urls;
    const sheetUrls = parts.sheets.urls();
    const read = parts.resources.read();
    const used = /** @type {string[]} */ ([...sheetUrls, ...parts.resources.urls()]);
    const touched = used.filter((url) => url && covers(change, url));
    const isOwn = relationOf(change, parts.ownUrls(), false) === SHOWN;
    if (isOwn && mayUpdate) settled = during(show()).then((isShown) => note(key, isShown));
    else if (isOwn || (!touched.length && parts.resources.isCut())) note(key, false);
    for (const url of isOwn ? [] : new Set(touched)) {
      const updater = sheetUrls.has(url) ? sheets : assets.urls().has(url) && assets;
      const isInPlace = mayUpdate && updater && !read.has(url);
      note(key, !!isInPlace);
      if (!isInPlace) continue;
      // It may become known late, when there is no draft any more.
      hold(() => (shown.has(key) ? shown.forEach((one) => waiting.add(one)) : giveUp()));
      updater.update(new Map([[url, change.kind]]));
    }
  }

  return async (changes, parts, isReloadOnly) => {
    for (const change of changes)
      if (change.draft === 'new') take(change, parts, !isReloadOnly && !parts.isFixed);
    const others = changes.filter(({ draft }) => draft !== 'new');
    // It is not known before whether the page shows what is saved, and two states would be put into it at once.
    if (others.length) await settled;
    return others.filter(isLeft);
  };
}

/**
 * @param {DraftOptions} options
 * @returns {() => Promise<boolean>} brings the document to its newest state; what is asked for meanwhile is done once
 */
function createDocumentDrafts({ window, findPatch }) {
  let running = /** @type {Promise<boolean> | null} */ (null);
  let isWanted = false;

  async function run() {
    let isShown = false;
    for (; isWanted;) {
      isWanted = false;
      const patch = findPatch();
      if (!patch) continue;
      const [isThere, , page] = await requestDocument(window, 'GET');
      isShown = isThere && (await patch(page).catch(() => false));
    }
    running = null;
    return isShown;
  }

  return () => {
    isWanted = true;
    return (running ??= run());
  };
}
