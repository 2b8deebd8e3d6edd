/**
 * preload: loads what a style sheet is going to import, at any depth. An import that is put into a sheet
 * then has its rules at once. Else Chromium takes away the whole sheet until the import has loaded.
 */

import { canonicalUrl } from '../page/url.js';
import { importsOf, readSheet } from './sheet_text.js';

/**
 * @param {{document: Document, origin: string}} options
 * @param {import('./css_source.js').CssSource} source
 * @param {Map<string, import('./sheet_text.js').SheetText>} texts by address, the newest text. Gets those
 *   of the imports, since the browser may have an older one in its memory
 * @returns {(urls: (string | undefined)[], base: string, above?: string[]) => Promise<void>} rejects when
 *   that cannot be done
 */
export function createPreload({ document, origin }, source, texts) {
  /** @param {string} href */
  const load = (href) =>
    new Promise((resolve) => {
      const link = document.createElementNS('http://www.w3.org/1999/xhtml', 'link');
      Object.assign(link, { rel: 'preload', as: 'style', href, onload: resolve, onerror: resolve });
      document.documentElement.append(link);
    }).then(({ target }) => target.remove());

  return async function preload(urls, base, above = [base]) {
    /** @param {string | undefined} url */
    async function loadOne(url = '') {
      const { href } = new URL(url, base);
      if (above.includes(href)) return;
      if (!url || canonicalUrl(href, origin) === null) throw href;
      const text = await source.fetch(`${href}#liveserve=`, true, '');
      const next = readSheet(/** @type {string} */ (text));
      texts.set(href, next);
      await Promise.all([load(href), preload(importsOf(next), href, [...above, href])]);
    }
    await Promise.all(urls.map(loadOne));
  };
}
