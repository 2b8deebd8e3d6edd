/**
 * update: what is needed only once something changes, or goes wrong; client loads it then.
 */

import { createAssets } from './page/assets.js';
import { decodeHtml, parsePage } from './page/inert_page.js';
import { drawingsIn, renewDrawings } from './page/kept_drawings.js';
import { findMissing } from './page/missing_files.js';
import { restoreState, saveState } from './page/page_state.js';
import { createPatch } from './page/patch.js';
import { quietly } from './page/quietly.js';
import { refetch, refetchScript } from './page/refetch.js';
import { createReload } from './page/reload.js';
import { watchLayout } from './page/layout.js';
import { createBusy, createSettle } from './page/settle.js';
import { takeSnapshot } from './page/snapshot.js';
import { readState, storeState } from './page/state_storage.js';
import { navigationOf } from './page/world.js';
import { requestDocument } from './server/document_request.js';
import { createStylesheets } from './styles/stylesheets.js';

export { reportAll } from './report/error_report.js';

/**
 * @typedef {object} OwnOptions
 * @property {import('./page/world.js').FullWindow} window
 * @property {ReturnType<typeof import('./page/snapshot.js').createSnapshot>} findSnapshot gives that of the
 *   document, as soon as the document has been read to its end
 * @property {string} source the URL of the script of the tag
 * @property {string} state data-version of this load
 * @property {string} [file] see script_tag.js
 * @property {string} epoch its first half
 * @property {number} lostAt as it was when the page was made, see losses.js
 * @property {() => void} giveUp called when only a reload can help
 * @property {() => void} stay called when the user does not want one
 * @property {Console} console
 * @property {(message: object) => unknown} send to the server
 * @property {WeakMap<Node, import('./page/snapshot.js').Source>} sources see snapshot.js
 * @property {string} [stored] what the page before has stored. It is restored first, since it says how this
 *   page came to be
 * @property {Set<string>} changed see world.js
 * @property {(message: object) => void} send
 * @property {() => boolean} isCurrent see refresh.js
 * @property {() => boolean} isLeft
 * @property {() => boolean} isGone
 *
 * @typedef {import('./page/assets.js').AssetOptions} AssetOptions
 * @typedef {import('./page/patch.js').PatchOptions} PatchOptions
 * @typedef {OwnOptions & Omit<AssetOptions, 'loadImage' | 'loadFont' | 'isScripted'>
 *   & Omit<PatchOptions, 'snapshot' | 'changed' | 'settled'>} UpdateOptions
 *
 * @typedef {object} Update
 * @property {import('./page/assets.js').Assets & {drafts: import('./page/changes.js').TakeDrafts}} assets
 * @property {import('./styles/stylesheets.js').Stylesheets} sheets
 * @property {((answer: XMLHttpRequest) => Promise<boolean>) | null} patch brings the document to the state
 *   in the answer, and returns whether it could; there only when there is a snapshot
 * @property {(losses: import('./page/losses.js').Losses) => void} makeGood loads the page again when it
 *   lacks something that the server has now
 * @property {(message: import('./points.js').EditorMessage) => Promise<void>} editor
 *   is told how things are with the editor
 * @property {(method: string) => Promise<import('./page/refresh.js').Answer>} ask requests the document
 * @property {() => void} reload stores the state of the page, and loads it again
 * @property {(round: number) => Promise<void>} settle tells the server when the page shows what it was told of, and
 *   what is wrong with it then
 */

/**
 * @param {import('./page/losses.js').Losses} losses
 * @param {UpdateOptions} options
 * @param {import('./page/reload.js').Reload} reload
 */
function makeGood(losses, { window, origin, giveUp }, { isLacking }) {
  const { lostAt } = losses;
  const isLost = lostAt > 0 && lostAt < Infinity;
  for (const [url, isDocument] of findMissing(losses, window, origin)) {
    window
      .fetch(url, { method: 'HEAD', cache: 'no-store' })
      .then(({ ok, headers }) => {
        // A frame is blank also because its file was downloaded.
        if (isDocument && !/html|xml/.test(headers.get('content-type') ?? '')) return;
        // The document may be an error page. What else does not exist, a load would not bring either.
        const isThere = ok || url === window.location.href;
        // Nor what something else than the server keeps from each page.
        if (isThere && (!isLacking() || isLost)) giveUp();
      })
      // Lost again: the next connection looks for the same.
      .catch(() => (losses.lostAt = Math.min(losses.lostAt, lostAt)));
  }
}

/**
 * What joins the page with the editor (points.js) is loaded when an editor is there, and somebody wants it.
 *
 * @param {UpdateOptions} options
 * @returns {Update['editor']}
 */
function createEditorPart(options) {
  const { document, origin } = options;
  /** @type {import('./points.js').Points | undefined} */
  let points;
  return async (message) => {
    const { keys, follow, there } = message;
    const isWanted = keys || follow || document.documentElement.dataset.liveserveEditor;
    if (!points && !(there && isWanted)) return;
    const { createPoints } = await import(`${origin}/__liveserve/points.js`);
    points ??= createPoints(options);
    points?.update(message);
  };
}

/**
 * The files that are exchanged in place.
 *
 * @param {UpdateOptions} options
 * @param {import('./page/settle.js').Busy} busy
 */
function createFiles(options, busy) {
  const { window } = options;

  /** @param {string} url */
  const loadImage = (url) => Object.assign(new window.Image(), { src: url }).decode();

  /** @param {string} url */
  const loadFont = (url) => new window.FontFace('liveserve', `url(${JSON.stringify(url)})`).load();

  const isScripted = () => !options.findSnapshot();
  const assets = createAssets({ ...options, loadImage, loadFont, isScripted });
  const { during } = busy;
  const prepare = assets.renewSheet;
  const sheets = createStylesheets({ ...options, isScripted, prepare, during });
  return {
    assets: {
      ...assets,
      update: (/** @type {Map<string, string>} */ kinds) => during(assets.update(kinds)),
      retry: (/** @type {number} */ lostAt) => during(assets.retry(lostAt)),
    },
    sheets,
    named: () => new Set([...assets.named(), ...sheets.urls()]),
  };
}

/**
 * @param {import('./drafts.js').DraftOptions & {origin: string}} options
 * @returns {import('./page/changes.js').TakeDrafts} loads drafts.js when there is a draft
 */
function createDraftLoad(options) {
  /** @type {Promise<import('./page/changes.js').TakeDrafts> | undefined} */
  let drafts;
  return async (...given) => {
    drafts ??= import(`${options.origin}/__liveserve/drafts.js`).then(({ createDrafts }) =>
      createDrafts(options),
    );
    return (await drafts)(...given);
  };
}

/**
 * @param {XMLHttpRequest} answer
 * @param {string} [file] what the document is made of
 * @returns {boolean} whether it is made of another file from now on, in another language. Only a load says which
 */
function isOtherForm(answer, file = '') {
  const language = answer.getResponseHeader('Content-Language');
  const vary = answer.getResponseHeader('Vary') ?? '';
  return /accept-language/i.test(vary) && !!language && !file.includes(`.${language}`);
}

/**
 * How the page is brought to the state in an answer.
 *
 * @param {UpdateOptions} options
 * @param {() => void} changed called when the document has changed
 * @returns {Update['patch']}
 */
function createPatching(options, changed) {
  const { window, document } = options;
  let snapshot = options.findSnapshot();
  if (snapshot === true) snapshot = takeSnapshot(document, Infinity);
  if (!snapshot || snapshot === true) return null;
  /** @type {() => void} */
  let layOut;
  const patch = createPatch({ ...options, snapshot, changed, settled: () => layOut() });
  return async (answer) => {
    const text = decodeHtml(answer, document);
    layOut = watchLayout(window);
    return (
      text !== null &&
      !isOtherForm(answer, options.file) &&
      patch(parsePage(text, window.DOMParser))
    );
  };
}

/**
 * The reload, with the state of the page that goes along. What the page before has stored is restored.
 *
 * @param {UpdateOptions} options
 * @returns {import('./page/reload.js').Reload & {fetchScript: () => void}} fetchScript: to be called when a reload
 *   is likely to follow
 */
function createOwnReload(options) {
  const { window } = options;
  let isFilledIn = navigationOf(window)?.type !== 'navigate';
  let script = /** @type {Promise<void> | undefined} */ (undefined);
  /** @type {string[]} */
  let changedBefore = [];
  const reload = createReload({
    ...options,
    prepare() {
      const prepared = refetch(options, script ?? refetchScript(options));
      script = undefined;
      return prepared;
    },
    store(origin) {
      const state = saveState(window, options.sources, isFilledIn);
      const drawings = drawingsIn([...changedBefore, ...options.changed]);
      storeState(window, state, { ...origin, drawings });
    },
  });
  quietly(() => {
    const saved = options.stored && readState(window, options.stored);
    if (!saved) return;
    isFilledIn = false;
    reload.comesFrom(saved.origin);
    restoreState(saved, window, options.sources);
    changedBefore = saved.origin.drawings ?? [];
    renewDrawings(options, changedBefore);
  });

  return { ...reload, fetchScript: () => (script = refetchScript(options)) };
}

/**
 * @param {UpdateOptions} options
 * @returns {Update}
 */
export function createUpdate(options) {
  const { window } = options;
  const busy = createBusy();
  /** Called in place of giveUp as long as it is set: see drafts.js. @type {(() => void) | undefined} */
  let failed;
  const own = { ...options, giveUp: () => (failed ?? options.giveUp)() };
  const { assets, sheets, named } = createFiles(own, busy);

  function changed() {
    sheets.renew();
    assets.renew();
  }
  /** @type {Update['patch']} */
  let patch = null;

  const reload = createOwnReload(options);
  const findPatch = () => (patch ??= createPatching(options, changed));
  const drafts = createDraftLoad({
    ...{ ...options, ...busy, assets, sheets, findPatch },
    hold: (instead) => (failed = instead),
  });

  return {
    // What asks for them is no draft, or calls hold next.
    get assets() {
      failed = undefined;
      return { ...assets, drafts };
    },
    get sheets() {
      failed = undefined;
      return sheets;
    },
    editor: createEditorPart(options),
    get patch() {
      return findPatch();
    },
    makeGood(losses) {
      assets.retry(losses.lostAt);
      makeGood(losses, options, reload);
    },
    ask(method) {
      const answer = requestDocument(window, method);
      // Needed next, whatever the answer.
      if (method === 'HEAD') reload.fetchScript();
      return answer;
    },
    reload: reload.reload,
    settle: createSettle({ ...options, busy, named }),
  };
}
