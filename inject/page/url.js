/**
 * url: the one form in which the server and the pages compare URLs, and URLs that no cache knows.
 *
 * The canonical URL of a file is its path below the root of the server alone, percent-encoded in one way.
 * The server's path_to_url() gives the same.
 */

/**
 * @param {string} path as URL.pathname gives it: ASCII, dot segments resolved
 * @returns {string} the path with every byte but the unreserved ones and '/' as %XX in capitals, and
 *   without empty segments
 */
export const canonicalPath = (path) =>
  path
    .replace(/%[\da-f]{2}|[^\w.~/-]/gi, (piece) => {
      const letter = unescape(piece);
      const digits = letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
      return /[\w.~/-]/.test(letter) ? letter : `%${digits}`;
    })
    .replace(/\/+/g, '/');

/**
 * @param {string} url absolute, or relative to base
 * @param {string} origin the root of the server, see script_tag.js
 * @param {string} [base]
 * @returns {string | null} null when the URL is not valid, when it is of another server, or when it is
 *   one of liveserve's own files
 */
export function canonicalUrl(url, origin, base) {
  try {
    const parsed = new URL(url, base);
    // What follows blob: is no path.
    const address = parsed.origin + parsed.pathname;
    const path = address.slice(origin.length);
    const isFile = address.startsWith(origin) && /^\/(?!__liveserve\/)/.test(path);
    return isFile ? canonicalPath(path) : null;
  } catch {
    return null;
  }
}

/**
 * @param {any} element
 * @returns {string} the absolute URL of what the element shows or runs; undefined or empty when there is
 *   none
 */
export const sourceOf = (element) =>
  element.currentSrc || element.src || element.href || element.data;

const PARAMETER = 'liveserve=';

/**
 * @param {string} href
 * @param {string} stamp
 * @returns {string} a URL of the same file with the stamp in its query, so that no cache knows it
 */
export function freshHref(href, stamp) {
  const [, path, query = '', fragment = ''] = /** @type {RegExpExecArray} */ (
    /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(href)
  );
  const kept = query
    .slice(1)
    .split('&')
    .filter((part) => part && !part.startsWith(PARAMETER));
  return `${path}?${[...kept, PARAMETER + stamp].join('&')}${fragment}`;
}

/**
 * Gives the element a URL of the same file that no cache knows.
 *
 * @param {Element} element
 * @param {string} attribute that holds the URL
 * @param {string} stamp
 */
export function refreshUrl(element, attribute, stamp) {
  const href = /** @type {string} */ (element.getAttribute(attribute));
  element.setAttribute(attribute, freshHref(href, stamp));
}
