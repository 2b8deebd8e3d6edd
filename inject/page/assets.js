/**
 * assets: brings images, fonts and media up to date in place, wherever the page names them.
 *
 * A changed file is requested under a new URL, since no browser asks again for one that it has already
 * shown in this document. What comes into the page later may name the old URL, and must get the new one,
 * too. So the stamps are kept.
 */

import { settleStyles } from '../styles/css_rules.js';
import { changeUrls, createAssetPlaces } from './asset_places.js';
import { canWatch, createAssetWatch } from './asset_watch.js';
import { isAnswered } from './losses.js';
import { findAll } from './shadow_roots.js';
import { canonicalUrl, freshHref } from './url.js';
import { isFirefox } from './world.js';

const OURS = /[?&]liveserve=/;
// A file that takes longer is not waited for. It holds up the others, too.
const LONGEST_LOAD_MS = 3000;
// A user who stops the page stops its requests, too, and nothing says so.
const AGAIN_MS = 1000;
const IN_SET = 'img[srcset*=","], picture > img';

/** @type {(renewals: {loadAll: () => Promise<unknown>[]}[], later: import('./world.js').Later) => Promise<unknown>} */
function inTime(renewals, later) {
  const loaded = Promise.all(renewals.flatMap(({ loadAll }) => loadAll()));
  return Promise.race([loaded, new Promise((resolve) => later(resolve, LONGEST_LOAD_MS))]);
}

/**
 * @typedef {import('./asset_places.js').Place} Place
 *
 * @typedef {object} AssetParts
 * @property {() => void} renew gives new URLs, at once, to what has come into the page
 * @property {(sheet: CSSStyleSheet) => void} renewSheet the same for a style sheet
 * @property {(lostAt: number) => Promise<void>} retry to be called when there is a connection again, with the
 *   time at which it was lost: in Firefox a user who stops the page stops what it was about to show, and ends
 *   the connection, too
 * @property {(kinds: Map<string, string>) => Promise<void>} update as that of an Updater; resolves when the page
 *   names the new files
 *
 * @typedef {{urls: () => Set<string | null>} & AssetParts} Assets
 *
 * @typedef {object} AssetOptions
 * @property {import('./world.js').FullWindow} window
 * @property {Document} document
 * @property {() => boolean} isScripted whether scripts may bring something into the page
 * @property {string} origin
 * @property {Set<string>} changed see world.js
 * @property {() => string} stamp another one each time
 * @property {() => void} giveUp called when only a reload can help
 * @property {import('./world.js').Later} later
 * @property {import('./asset_places.js').Load} loadImage
 * @property {import('./asset_places.js').Load} loadFont
 */

/** @type {(name: string, text: string) => string[]} */
function urlsOf(name, text) {
  /** @type {string[]} */
  const found = [];
  changeUrls(name, text, (url) => {
    found.push(url);
    return url;
  });
  return found;
}

/**
 * What the page names.
 *
 * @param {AssetOptions} options
 * @param {import('./asset_places.js').AssetPlaces} places
 */
function createNames({ window, document, isScripted, origin, loadFont }, places) {
  /** @type {(url: string, base: string) => string | null} null for a place inside the same document */
  const canonicalIn = (url, base) => (/^[^#]/.test(url) ? canonicalUrl(url, origin, base) : null);

  /** @param {{name?: string, text: string, base: string}} place */
  const urlsIn = ({ name = 'style', text, base }) =>
    urlsOf(name, text).map((url) => canonicalIn(url, base));

  /** What a script has asked for may be shown, drawn or measured in ways that cannot be seen. */
  function urlsOfScripts() {
    const all = [...places.every()];
    const named = new Set(all.filter(({ name }) => name !== 'style').flatMap(urlsIn));
    const images = /** @type {PerformanceResourceTiming[]} */ (
      window.performance.getEntriesByType('resource')
    )
      .filter(({ initiatorType, name }) => initiatorType === 'img' && !OURS.test(name))
      .map(({ name }) => canonicalUrl(name, origin));
    const fonts = all.filter(({ load }) => load === loadFont).flatMap(urlsIn);
    return [...images.filter((url) => !named.has(url)), ...fonts];
  }

  const named = () => new Set([...places.every()].flatMap(urlsIn));

  function urls() {
    if (isScripted() && !canWatch(document)) return new Set();
    const found = named();
    const fixed = [...places.fixed()].flatMap((place) => {
      const shown = canonicalIn(place.shown ?? '', place.base);
      return urlsIn(place).filter((url) => url !== shown);
    });
    for (const url of [...fixed, ...(isScripted() ? urlsOfScripts() : [])]) found.delete(url);
    return found;
  }

  return { canonicalIn, urlsIn, named, urls };
}

/**
 * The file that a picture shows. Of a set Chromium may take another one when it comes anew, which it has in its memory.
 * A load would not take that.
 *
 * @param {HTMLImageElement} picture
 * @param {string} origin
 */
const shownBy = ({ currentSrc }, origin) => canonicalUrl(currentSrc, origin);

/**
 * A script may have laid out the page by the size of a picture.
 *
 * @param {Document} document
 * @param {string} origin
 * @param {() => void} resized
 * @returns {() => void} to be called when pictures have been exchanged; of another size, or of another file of a
 *   set, resized is called
 */
function watchSizes(document, origin, resized) {
  const sizeOf = (/** @type {HTMLImageElement} */ one) =>
    `${one.naturalWidth} ${one.naturalHeight} ${one.matches(IN_SET) && shownBy(one, origin)}`;
  const pictures = /** @type {HTMLImageElement[]} */ (findAll(document, 'img'));
  const loaded = pictures.filter(({ complete }) => complete);
  const sizes = new Map(loaded.map((one) => [one, sizeOf(one)]));
  return () => {
    for (const [one, size] of sizes) {
      const look = () => sizeOf(one) === size || resized();
      if (one.complete) look();
      else for (const type of ['load', 'error']) one.addEventListener(type, look, { once: true });
    }
  };
}

/**
 * @param {Document} document
 * @param {string} origin
 * @returns {() => boolean} whether one shows another picture of its set than before
 */
function watchSets(document, origin) {
  const pictures = /** @type {HTMLImageElement[]} */ (findAll(document, IN_SET));
  const before = pictures.map((one) => shownBy(one, origin));
  return () => pictures.some((one, i) => one.isConnected && shownBy(one, origin) !== before[i]);
}

/**
 * Whether the user, or the network, has ended the request for one that was exchanged. A rule says nothing of that.
 *
 * @param {import('./world.js').FullWindow} window
 * @param {number} since
 */
const hasLost = ({ performance }, since) =>
  performance
    .getEntriesByType('resource')
    .some(
      (/** @type {any} */ entry) =>
        entry.startTime >= since &&
        entry.initiatorType !== 'fetch' &&
        OURS.test(entry.name) &&
        !isAnswered(entry),
    );

/**
 * @param {AssetOptions} options
 * @param {() => void} exchange gives new URLs to the pictures, among others
 * @param {number} since when the first of them was asked for
 * @param {() => unknown} again called when a picture with a new URL could not be had
 */
function exchangePictures(options, exchange, since, again) {
  const { window, document, origin, isScripted, giveUp, later } = options;
  const exchanged = isScripted() ? watchSizes(document, origin, giveUp) : null;
  const areOthers = exchanged ? () => false : watchSets(document, origin);
  exchange();
  exchanged?.();
  later(() => {
    const pictures = /** @type {HTMLImageElement[]} */ (findAll(document, 'img'));
    const isMissing = (/** @type {HTMLImageElement} */ { complete, naturalWidth, currentSrc }) =>
      complete && naturalWidth === 0 && OURS.test(currentSrc);
    if (areOthers()) giveUp();
    else if (pictures.some(isMissing) || hasLost(window, since)) again();
  }, AGAIN_MS);
}

/**
 * @param {AssetOptions} options
 * @returns {Assets & {named: () => Set<string | null>}} named: the canonical URLs of all that the page names
 */
export function createAssets(options) {
  const { window, isScripted, changed, stamp, giveUp, later } = options;
  const places = createAssetPlaces(options);
  const { canonicalIn, urlsIn, named, urls } = createNames(options, places);
  /**
   * Of every file that ever changed, its last stamp.
   *
   * @type {Map<string | null, string>}
   */
  const stamps = new Map();
  // Infinity while an exchange is under way.
  let exchangedAt = -Infinity;

  /**
   * What is to be done so that these places name the newest files.
   *
   * @param {Iterable<Place>} some
   */
  function renewalsOf(some) {
    return [...some].flatMap(({ name, text, base, load, set }) => {
      /** @type {string[]} */
      const urls = [];
      const renewed = changeUrls(name, text, (url) => {
        const newest = stamps.get(canonicalIn(url, base));
        if (!newest || freshHref(url, newest) === url) return url;
        urls.push(new URL(freshHref(url, newest), base).href);
        return freshHref(url, newest);
      });
      const loadAll = () => (load ? urls.map((url) => load(url).catch(() => {})) : []);
      return urls.length ? [{ name, loadAll, set: () => set(renewed) }] : [];
    });
  }

  /** @param {Iterable<Place>} some */
  function renewIn(some) {
    const renewals = stamps.size ? renewalsOf(some) : [];
    if (renewals.length) settleStyles(window);
    for (const { set } of renewals) set();
  }
  const renew = () => renewIn(places.every());
  const watch = createAssetWatch({ ...options, places, renew: renewIn });

  /**
   * Firefox may have kept the sheet of an earlier load with its pictures. Then the page has not asked for them.
   *
   * @param {CSSStyleSheet} sheet
   */
  function renewSheet(sheet) {
    const all = [...places.inSheet(sheet)];
    for (const url of isFirefox(window) ? all.flatMap(urlsIn) : [])
      if (url && changed.has(url) && !stamps.has(url)) stamps.set(url, stamp());
    renewIn(all);
  }

  /** @type {(files: Iterable<string | null>, isAgain?: boolean) => Promise<void>} */
  async function exchange(files, isAgain) {
    for (const url of files) stamps.set(url, stamp());
    if (isScripted()) watch();
    const renewals = renewalsOf(places.every());
    // A selector such as img[src$=".svg"] would not match the new URL.
    if ([...new Set(renewals.map(({ name }) => name))].some(places.isSelected)) return giveUp();
    exchangedAt = Infinity;
    const since = window.performance.now();
    await inTime(renewals, later);
    // Looked for again, as the page may have changed meanwhile.
    exchangePictures(options, renew, since, () => isAgain || exchange(files, true));
    exchangedAt = window.performance.now();
  }

  return {
    urls,
    update: (kinds) => exchange([...kinds.keys()]),
    renew,
    renewSheet,
    async retry(lostAt) {
      if (lostAt < exchangedAt + AGAIN_MS) await exchange([...stamps.keys()], true);
    },
    named,
  };
}
