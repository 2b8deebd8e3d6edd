/**
 * assets: brings images, fonts and media up to date in place, wherever the page names them.
 *
 * A changed file is requested under a new URL, since no browser asks again for one that it has already
 * shown in this document. What comes into the page later may name the old URL, and must get the new one,
 * too. So the stamps are kept.
 */

import { changeUrls, createAssetPlaces } from './asset_places.js';
import { canonicalUrl, freshHref } from './url.js';

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
 * @property {Document} document
 * @property {string} origin
 * @property {() => string} stamp another one each time
 * @property {() => void} giveUp called when only a reload can help
 * @property {import('./asset_places.js').Load} loadImage
 * @property {import('./asset_places.js').Load} loadFont
 */

/**
 * @param {AssetOptions} options
 * @returns {Assets}
 */
export function createAssets(options) {
  const { origin, stamp, giveUp } = options;
  const places = createAssetPlaces(options);
  /**
   * Of every file that ever changed, its last stamp.
   *
   * @type {Map<string | null, string>}
   */
  const stamps = new Map();

  /** @type {(url: string, base: string) => string | null} null for a place inside the same document */
  const canonicalIn = (url, base) => (/^[^#]/.test(url) ? canonicalUrl(url, origin, base) : null);

  function urls() {
    /** @type {Set<string | null>} */
    const found = new Set();
    for (const { name, text, base } of places.every()) {
      changeUrls(name, text, (url) => {
        found.add(canonicalIn(url, base));
        return url;
      });
    }
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
      return urls.length > 0 ? [{ name, loadAll, set: () => set(renewed) }] : [];
    });
  }

  /** @param {Iterable<Place>} some */
  function renewIn(some) {
    if (stamps.size > 0) for (const { set } of renewalsOf(some)) set();
  }
  const renew = () => renewIn(places.every());

  /** @param {Map<string, string>} kinds */
  async function update(kinds) {
    for (const url of kinds.keys()) stamps.set(url, stamp());
    const renewals = renewalsOf(places.every());
    // A selector such as img[src$=".svg"] would not match the new URL.
    const names = new Set(renewals.map(({ name }) => name));
    if ([...names].some(places.isSelected)) return giveUp();
    await Promise.all(renewals.flatMap(({ loadAll }) => loadAll()));
    // Looked for again, as the page may have changed meanwhile.
    renew();
  }

  return { urls, update, renew, renewSheet: (sheet) => renewIn(places.inSheet(sheet)) };
}
