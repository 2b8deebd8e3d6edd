/**
 * client: the script of every page. It makes the parts, hands each of them what it needs of the browser,
 * and joins them. The page must not see or feel anything of it.
 */

import { createChanges } from './page/changes.js';
import { createLosses } from './page/losses.js';
import { quietly } from './page/quietly.js';
import { createRefresh } from './page/refresh.js';
import { createResources } from './page/resources.js';
import { follow, isFollowed, takeScriptTag } from './page/script_tag.js';
import { createSnapshot } from './page/snapshot.js';
import { isEmpty, takeStored } from './page/state_storage.js';
import { canonicalUrl } from './page/url.js';
import { createWorld, isComplete, listen, whenRead } from './page/world.js';
import { createBadge } from './report/badge.js';
import { capture } from './report/capture.js';
import { createOfflineNote } from './report/offline_note.js';
import { createReportQueue } from './report/report_queue.js';
import { createConnection } from './server/connection.js';
import { createMessages } from './server/messages.js';
import { createUsedUrls } from './server/used_urls.js';
import { requestSheet } from './styles/sheet_requests.js';
import { createUsedSheets } from './styles/used_sheets.js';

/**
 * @typedef {import('./page/world.js').FullWindow} FullWindow
 * @typedef {import('./update.js').Update} Update
 *
 * @typedef {(act: (update: Update) => unknown) => unknown} Use calls act as soon as update.js is there; nothing
 *   happens when it cannot be had
 *
 * @typedef {import('./page/world.js').World & import('./page/script_tag.js').ScriptTag} Context what
 *   there is of the browser, and what the script tag says
 */

/** The methods of the console that are captured. @type {(level: string) => string[]} */
const levelsOf = (level) =>
  /** @type {any} */ ({ none: [], all: ['error', 'warn', 'info', 'log', 'debug'] })[level] ?? [
    'error',
  ];

/** @type {import('./server/connection.js').Connect} */
const openWebSocket = ({ window, url }) => new window.WebSocket(url, 'liveserve.v1');

/**
 * How the document itself is brought up to date.
 *
 * @param {Context} context
 * @param {() => Promise<Update>} findUpdate
 * @param {{findSnapshot: () => unknown, stored: string}} kept gets what the page before has stored
 * @param {() => void} done called when the page is up to date without a reload
 */
function createDocumentRefresh(context, findUpdate, kept, done) {
  const { window, later } = context;
  // Until update.js can be had.
  let waitMs = 250;
  const refresher = createRefresh({
    ...context,
    ...kept,
    patch: async (page) => /** @type {any} */ (await findUpdate()).patch(page),
    // Without update.js the server is away, and there is nothing to load from.
    ask: (method) =>
      findUpdate().then(
        (update) => update.ask(method),
        () => [false, 0],
      ),
    reload: () =>
      findUpdate().then(
        (update) => update.reload(),
        () => later(() => refresher.refresh(true), (waitMs *= 2)),
      ),
    done,
  });
  quietly(() => {
    kept.stored = takeStored(window);
    const restore = () => findUpdate().catch(() => later(restore, (waitMs *= 2)));
    // What restores nothing need not come before the first frame.
    if (isEmpty(kept.stored)) later(restore, waitMs);
    else if (kept.stored) restore();
  });
  // Whoever goes to the editor is about to change something.
  listen(window, 'blur', () => quietly(findUpdate));
  return refresher;
}

/**
 * The style sheets that the page uses. What exchanges them is needed only when one has changed.
 *
 * @param {Context} context
 * @param {() => Promise<Update>} findUpdate
 * @param {Use} use
 * @param {() => void} giveUp called when only a reload can help
 * @returns {import('./page/changes.js').Updater}
 */
function createSheets(context, findUpdate, use, giveUp) {
  const { urls, kept, sheets: loaded, urlOf } = createUsedSheets(context);
  const { window, stamp } = context;
  /** @type {import('./styles/stylesheets.js').EarlyAnswers} */
  const early = new Map();
  whenRead(context.document, () => {
    if (kept().length) use((update) => update.sheets.renew());
  });
  return {
    urls,
    update(kinds) {
      for (const { href } of loaded()) {
        const isFirst = kinds.has(/** @type {any} */ (urlOf({ href }))) && !early.has(href);
        // The second is not to be asked for early: see recallLoaded in stylesheets.js.
        if (isFirst && isComplete(context.document))
          early.set(href, [requestSheet(window, href, stamp()), requestSheet(window, href, '')]);
      }
      findUpdate()
        .then((update) => update.sheets.update(kinds, early))
        .catch(giveUp);
    },
  };
}

/**
 * @param {Context} context
 * @param {import('./page/losses.js').Losses} losses
 * @returns {(name?: string) => Promise<any>} loads a part, if not another one then update.js, as soon as the document has been read: Firefox ignores an
 *   import map that comes after the first import
 */
function createLoad({ origin }, { read }) {
  let again = '';
  return async (name = 'update') => {
    await read;
    return import(`${origin}/__liveserve/${name}.js${again}`).catch((error) => {
      // Firefox would not ask for the same address again.
      again = `?${Date.now()}`;
      throw error;
    });
  };
}

/**
 * A page that knows that it is not what a load would show loads again, now that the server is there. And the server is
 * told when the page shows the newest, if it has asked for that.
 *
 * @param {import('./page/losses.js').Losses} losses
 * @param {Use} use
 * @param {number} [settle] see update.js
 */
function repair(losses, use, settle) {
  if (losses.lostAt < Infinity || losses.failed.size) use((update) => update.makeGood(losses));
  if (settle) use((update) => update.settle(settle));
}

/**
 * A part calls another one only when something happens, which is after all of them are made. So a callback
 * may name a part that is made further down.
 *
 * @param {Context} context
 */
function start(context) {
  const { window, document, source, origin } = context;
  const frame = /** @type {any} */ (window.frameElement);
  const root = /** @type {Partial<HTMLElement>} */ (document.documentElement);
  /** @param {object} [message] */
  const send = (message) => connection(message);

  // A drawing (SVG) cannot hold the badge. In a frame, the page around it shows notes itself.
  const canNote = root instanceof window.HTMLElement && !frame;
  const note = canNote ? createBadge(document, window.CSSStyleSheet) : () => {};
  const losses = createLosses(context);
  const shared = { ...context, ...losses, send, note };
  const load = createLoad(context, losses);
  const reports = createReportQueue(load, shared);
  capture({ ...context, levels: levelsOf(context.level), report: reports.add });
  const kept = { stored: '', findSnapshot: createSnapshot(context) };
  let update = /** @type {Update | undefined} */ (undefined);
  /** @returns {Promise<Update>} */
  const findUpdate = async () => {
    const part = await load();
    return (update ??= part.createUpdate({ ...shared, ...refresher, giveUp, ...kept }));
  };
  /** @type {Use} */
  const use = (act) => quietly(async () => act(await findUpdate()));
  const refresher = createDocumentRefresh(context, findUpdate, kept, () => usedUrls.expire());
  const giveUp = () => refresher.refresh(true);
  const sheets = createSheets(context, findUpdate, use, giveUp);
  const resources = createResources({ ...shared, added: () => usedUrls.check() });
  const findUrl = (other = '') => canonicalUrl(window.location.href, origin) ?? other;
  const ownUrls = ((first) => () => [first, findUrl(first), context.file ?? first])(findUrl());
  /** @param {boolean} [isSettled] see resources.js */
  const used = (isSettled) => [...resources.urls(isSettled), ...sheets.urls()];
  const isSure = () => refresher.isCurrent() && !resources.isCut() && isComplete(document);
  const urls = () => isSure() && new Set([...ownUrls(), ...used(true)]);
  const usedUrls = createUsedUrls({ ...shared, urls });

  const apply = createChanges({
    ...context,
    ...refresher,
    ownUrls,
    isListing: root.dataset?.liveserveListing === '',
    isFixed: root.dataset?.liveserve === 'reload',
    isPart: frame?.data,
    resources,
    sheets,
    assets: async () => (await findUpdate()).assets,
  });
  const greeted = (/** @type {{settle?: number}} */ { settle }) => {
    if (refresher.isLeft()) giveUp();
    resources.urls();
    repair(losses, use, settle);
    update?.sheets.retry();
    usedUrls.greeted();
    reports.flush();
  };
  const connection = createConnection({
    ...shared,
    ...createMessages({ ...shared, ...refresher, apply, ownUrls, used, usedUrls, greeted, use }),
    url: `${origin.replace('http', 'ws')}/ws`,
    connect: openWebSocket,
    probe: (isBlocked) =>
      window
        .fetch(source, { method: 'HEAD', cache: 'no-store' })
        .then(() => (isBlocked ? load('events') : { connect: openWebSocket })),
    offline: createOfflineNote(context.later, note),
  });
}

/** @param {FullWindow} window */
function begin(window) {
  const { document } = window;
  const tag = takeScriptTag(document);
  // In a sandbox without an origin there is no server to talk to.
  if (window.origin === 'null') return;
  if (document.documentElement.dataset?.liveserve === 'off') return;
  // A second tag in the same document, as in a page that was saved with one, leaves the work to the first.
  if (isFollowed(document)) return;
  follow(document);
  start({ ...createWorld(window), ...tag });
}

try {
  begin(window);
} catch {
  // A browser or a page that this script does not understand: the page stays as it is.
}
