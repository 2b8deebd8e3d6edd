/**
 * command: shows a file anew in a page of another server, which knows it by an address of its own: only the
 * last part of that is sure to be the same.
 */

import { freshHref } from './url.js';

const STYLE_SHEET = /\.css$/i;
const PICTURE = /\.(jpe?g|png|gif|svg)$/i;

/** The last part of a path or of an address. */
const nameOf = (url) => url.split(/[?#]/)[0].split('/').pop().toLowerCase();

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {() => string} options.stamp another one each time
 * @param {() => void} options.reload
 * @returns {(path: string) => void} path is the one that has changed
 */
export function createCommand({ document, stamp, reload }) {
	const find = (selector, attribute) =>
		[...document.querySelectorAll(selector)].filter((one) => one.getAttribute(attribute));

	// The old one stays until the new one is there, and for good when that cannot be had.
	function swap(link) {
		const clone = link.cloneNode(true);
		clone.setAttribute('href', freshHref(link.getAttribute('href'), stamp()));
		clone.addEventListener('load', () => link.remove());
		clone.addEventListener('error', () => clone.remove());
		link.after(clone);
	}

	return (path) => {
		const isChanged = (attribute) => (one) => nameOf(one.getAttribute(attribute)) === nameOf(path);
		if (STYLE_SHEET.test(path)) {
			const all = find('link[rel~="stylesheet" i]', 'href');
			const changed = all.filter(isChanged('href'));
			// It may be imported by any of them.
			for (const link of changed.length ? changed : all) swap(link);
			return;
		}
		const pictures = PICTURE.test(path) ? find('img', 'src').filter(isChanged('src')) : [];
		for (const picture of pictures) {
			picture.setAttribute('src', freshHref(picture.getAttribute('src'), stamp()));
		}
		if (!pictures.length) reload();
	};
}
