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
import { canonicalUrl, freshHref } from './url.js';

const OURS = /[?&]liveserve=/;
// A file that takes longer is not waited for. It holds up the others, too.
const LONGEST_LOAD_MS = 3000;

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
 *
 * @typedef {import('./changes.js').Updater & AssetParts} Assets
 *
 * @typedef {object} AssetOptions
 * @property {import('./world.js').FullWindow} window
 * @property {Document} document
 * @property {() => boolean} isScripted whether scripts may bring something into the page
 * @property {string} origin
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
 * @param {AssetOptions} options
 * @returns {Assets}
 */
export function createAssets(options) {
  const { window, document, isScripted, origin, stamp, giveUp, loadFont, later } = options;
  const places = createAssetPlaces(options);
  /**
   * Of every file that ever changed, its last stamp.
   *
   * @type {Map<string | null, string>}
   */
  const stamps = new Map();

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

  function urls() {
    if (isScripted() && !canWatch(document)) return new Set();
    const found = new Set([...places.every()].flatMap(urlsIn));
    const fixed = [...places.fixed()].flatMap((place) => {
      const shown = canonicalIn(place.shown ?? '', place.base);
      return urlsIn(place).filter((url) => url !== shown);
    });
    for (const url of [...fixed, ...(isScripted() ? urlsOfScripts() : [])]) found.delete(url);
    return found;
  }

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

  /** @param {Map<string, string>} kinds */
  async function update(kinds) {
    for (const url of kinds.keys()) stamps.set(url, stamp());
    if (isScripted()) watch();
    const renewals = renewalsOf(places.every());
    // A selector such as img[src$=".svg"] would not match the new URL.
    const names = new Set(renewals.map(({ name }) => name));
    if ([...names].some(places.isSelected)) return giveUp();
    await inTime(renewals, later);
    // Looked for again, as the page may have changed meanwhile.
    renew();
  }

  return { urls, update, renew, renewSheet: (sheet) => renewIn(places.inSheet(sheet)) };
}
