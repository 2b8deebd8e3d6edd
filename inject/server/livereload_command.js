/**
 * livereload_command: shows a changed file in a page of another server, as the protocol LiveReload asks.
 *
 * That page knows the file by a URL of its own. Only the last part of the URL is sure to be the same.
 */

import { refreshUrl } from '../page/url.js';

const STYLE_SHEET = /\.css$/i;
const PICTURE = /\.(jpe?g|png|gif|svg)$/i;

/**
 * @param {string} url
 * @returns {string} the last part of its path
 */
const nameOf = (url) => /** @type {string} */ (url.split(/[?#]/)[0].split('/').pop()).toLowerCase();

/** @type {(element: Element, attribute: string) => string} */
const valueOf = (element, attribute) => /** @type {string} */ (element.getAttribute(attribute));

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {() => string} options.stamp another one each time
 * @param {() => void} options.reload
 * @returns {(path: string) => void} takes the path of the file that has changed
 */
export function createLivereloadCommand({ document, stamp, reload }) {
  /** @type {(selector: string, attribute: string) => Element[]} */
  const find = (selector, attribute) =>
    [...document.querySelectorAll(selector)].filter((one) => one.getAttribute(attribute));

  /**
   * The old link stays until the new one has loaded. It stays for good when the new one cannot be had.
   *
   * @param {Element} link
   */
  function swap(link) {
    const clone = /** @type {Element} */ (link.cloneNode(true));
    refreshUrl(clone, 'href', stamp());
    clone.addEventListener('load', () => link.remove());
    clone.addEventListener('error', () => clone.remove());
    link.after(clone);
  }

  return (path) => {
    /** @type {(attribute: string) => (one: Element) => boolean} */
    const isChanged = (attribute) => (one) => nameOf(valueOf(one, attribute)) === nameOf(path);
    if (STYLE_SHEET.test(path)) {
      const all = find('link[rel~="stylesheet" i]', 'href');
      const changed = all.filter(isChanged('href'));
      // When no link has that name, any of them may import it.
      for (const link of changed.length ? changed : all) swap(link);
      return;
    }
    const pictures = PICTURE.test(path) ? find('img', 'src').filter(isChanged('src')) : [];
    for (const picture of pictures) refreshUrl(picture, 'src', stamp());
    if (!pictures.length) reload();
  };
}
