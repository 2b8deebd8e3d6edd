/**
 * address: the path of a URL in the one form in which server and pages compare it, which is that of
 * path_to_url in src/path.h.
 */

/**
 * @param {string} path as URL.pathname gives it: ASCII, dot segments resolved
 * @returns {string} every byte but the unreserved ones and '/' as %XX with capitals; no empty segments
 */
export function canonicalPath(path) {
	const encoded = path.replace(/%[0-9a-f]{2}|[^\w.~/-]/gi, (piece) => {
		const letter = unescape(piece);
		const digits = letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
		return /[\w.~/-]/.test(letter) ? letter : `%${digits}`;
	});
	return encoded.replace(/\/{2,}/g, '/');
}

/**
 * @param {string} url absolute, or relative to base
 * @param {string} origin that of the page
 * @param {string} [base]
 * @returns {string | null} null when another server answers for it, or when it is ours or no URL
 */
export function addressOf(url, origin, base) {
	try {
		const parsed = new URL(url, base);
		const isFile = parsed.origin === origin && !parsed.pathname.startsWith('/__liveserve/');
		return isFile ? canonicalPath(parsed.pathname) : null;
	} catch {
		return null;
	}
}

const PARAMETER = 'liveserve=';

/**
 * @param {string} href
 * @param {string} stamp
 * @returns {string} the same place under a URL that no cache knows
 */
export function freshHref(href, stamp) {
	const [, path, query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(href);
	const kept = query
		.slice(1)
		.split('&')
		.filter((part) => part && !part.startsWith(PARAMETER));
	return `${path}?${[...kept, PARAMETER + stamp].join('&')}${fragment}`;
}
