/**
 * changes: decides what a change on disk means for this page.
 *
 * The document itself is refreshed. A file that an updater can exchange in place is left to the updater.
 * Any other file that the page has asked for means a reload. Everything else is not for this page.
 *
 * @typedef {object} Change
 * @property {string[]} urls canonical URLs of the file, its path among them; of a folder all end in '/'
 * @property {'created' | 'modified' | 'deleted'} kind
 * @property {boolean} [unsure] the server may not send a document for it now: it is empty, or another server sends it
 * @property {'new' | 'saved' | 'gone'} [draft] the file has a text in an editor that is not saved: see drafts.js
 * @property {number} [since] with 'gone'
 * @property {string} [problem] what is wrong in the file, when the server has found something
 *
 * @typedef {object} Updater knows files that it can bring up to date without a reload
 * @property {() => Set<string | null>} urls
 * @property {(kinds: Map<string, string>) => void} update takes changed URLs with the kind of change, and
 *   does what it can for its own
 */

/**
 * @typedef {(changes: Change[], parts: any, isReloadOnly?: boolean) => Promise<Change[]>} TakeDrafts takes what
 *   changes say of texts that are not saved, and gives what is left to do. parts are the options of createChanges
 */

export const GONE = 1;
export const SHOWN = 2;
const LISTED = 3;

/**
 * @param {object} options
 * @param {() => string[]} options.ownUrls where the document is found, see messages.js
 * @param {boolean} options.isListing whether the document lists a folder
 * @param {boolean} options.isFixed whether the document says that nothing is to be exchanged in place
 * @param {import('./resources.js').Resources} options.resources a file that scripts have read needs a
 *   reload, also when something else uses it, too
 * @param {unknown} [options.isPart] whether an object element shows the document. What a load shows without the
 *   document is what is in that element
 * @param {Updater} options.sheets
 * @param {Set<string>} options.changed gets the URLs of the files in a batch
 *   of which the page uses anything
 * @param {() => Promise<Updater & {drafts: TakeDrafts}>} options.assets rejects when it cannot be had
 * @param {import('./refresh.js').Refresh['refresh']} options.refresh brings the document up to date
 * @param {() => void} options.stop the document is gone
 * @returns {(changes: Change[], isReloadOnly?: boolean) => Promise<boolean>} applies one batch, in place
 *   where that is possible and isReloadOnly is not true; returns whether the page uses anything of it
 */
export function createChanges(options) {
  const { ownUrls, isListing, isFixed, isPart, resources, sheets, changed, assets, refresh, stop } =
    options;
  let isGone = false;

  return async (changes, isReloadOnly) => {
    const sheetUrls = sheets.urls();
    const read = resources.read();
    const used = /** @type {string[]} */ ([...sheetUrls, ...resources.urls()].filter(Boolean));
    /** @type {Map<string, string>} */
    const sheetKinds = new Map();
    /** @type {Map<string, string>} */
    const otherKinds = new Map();
    const isDraft = changes.some(({ draft }) => draft);
    let isShown = false;
    let reloads = false;
    let isUsed = false;
    let isThere = false;

    if (isDraft) changes = await (await assets()).drafts(changes, options, isReloadOnly);
    for (const change of changes) {
      const relation = relationOf(change, ownUrls(), isListing);
      // We read the document, too; that does not make it a resource.
      const touched = relation ? [] : used.filter((url) => covers(change, url));
      if (relation === GONE && !isPart) isGone = true;
      else if (relation) isShown = true;
      if (relation === SHOWN) {
        isGone = false;
        isThere = isSure(change) && !resources.mustAsk();
      }
      if (relation || touched.length) isUsed = true;
      else if (resources.isCut()) reloads = true;
      for (const url of touched) {
        if (read.has(url)) reloads = true;
        (sheetUrls.has(url) ? sheetKinds : otherKinds).set(url, change.kind);
      }
    }
    if (isUsed) {
      for (const { urls } of changes) changed.add(urls[0]);
      if (isReloadOnly || isFixed) reloads = true;
    }
    const mayUpdate = otherKinds.size && !reloads;
    const updater = mayUpdate ? await assets().catch(() => null) : null;
    const known = updater?.urls();
    for (const url of otherKinds.keys()) if (!known?.has(url)) reloads = true;

    // While the document is not on disk, a reload would show an error page. So its return is awaited.
    if (isGone) stop();
    else if (isShown || reloads) refresh(reloads, isThere);
    if (isGone || !reloads) {
      if (sheetKinds.size) sheets.update(sheetKinds);
      updater?.update(otherKinds);
    }
    return isUsed || isDraft;
  };
}

/**
 * @param {Change} change
 * @param {string[]} own the URLs of the document
 * @param {boolean} isListing
 * @returns {number | false} what the changed file is to the document: GONE, SHOWN or LISTED; false when nothing
 */
export function relationOf(change, own, isListing) {
  const { urls, kind } = change;
  const isDeleted = kind === 'deleted';
  const names = isDeleted ? own : own.flatMap(namesFor);
  if (names.some((name) => covers(change, name))) return isDeleted ? GONE : SHOWN;
  /** @param {string} url */
  const isChild = (url) => own.includes(url.replace(/[^/]+\/?$/, ''));
  return isListing && kind !== 'modified' && urls.some(isChild) && LISTED;
}

/**
 * @param {Change} change that of the document
 * @returns {boolean} whether the server has it, so that a page can load it without asking first
 */
const isSure = ({ kind, unsure, draft }) => kind === 'modified' && !unsure && !draft;

/**
 * When a folder comes or goes, everything in it comes or goes, too.
 *
 * @param {Change} change
 * @param {string} url
 */
export function covers({ urls, kind }, url) {
  const isFolder = kind !== 'modified' && urls.every((one) => one.endsWith('/'));
  return urls.some((one) => one === url || (isFolder && url.startsWith(one)));
}

/**
 * @param {string} url
 * @returns {string[]} the URLs of the files that the server may show at this URL
 */
const namesFor = (url) => [
  url,
  ...(url.endsWith('/') ? ['index.html', 'index.htm'] : ['.html', '/']).map((end) => url + end),
];
