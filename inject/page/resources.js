/**
 * resources: which files the page has asked for, whether it got them or not.
 *
 * The browser keeps that list, but only up to a limit and only until the page clears it; so it is
 * written along from the moment the script runs. Frames look after themselves when our script runs in
 * them; the others (a text file, a picture, a sandbox) count as part of this page. Scripts of ours do not.
 */

import { addressOf } from './url.js';
import { findTag } from './script_tag.js';

const NOT_COUNTED = /^(i?frame|object|embed) |\/__liveserve\//;
const READ_TYPE = /^(fetch|xmlhttprequest)$/;
const SOURCES =
	'iframe, frame, object, embed, img, script[src], link[rel~="icon" i], link[rel~="manifest" i]';

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {typeof PerformanceObserver} options.Observer
 * @param {() => void} options.grown called when there may be more addresses
 * @returns {{addresses: () => Set<string | null>, read: () => Set<string | null>, isIncomplete: () => boolean}}
 *   canonical addresses; those of them that scripts have read; and whether the page may have asked for
 *   files that nobody wrote down
 */
export function createResources({ document, origin, Observer, grown }) {
	const seen = new Set();
	const read = new Set();
	let lost = false;

	const observer = new Observer((list, _, more) => {
		if (more?.droppedEntriesCount) lost = true;
		const { size } = seen;
		note(list.getEntries());
		if (seen.size > size) grown();
	});
	observer.observe({ type: 'resource', buffered: true });

	function note(entries) {
		for (const { name, initiatorType } of entries) {
			if (!NOT_COUNTED.test(`${initiatorType} ${name}`)) seen.add(addressOf(name, origin));
			if (READ_TYPE.test(initiatorType)) read.add(addressOf(name, origin));
		}
	}

	function addresses() {
		note(observer.takeRecords());
		const elements = [...document.querySelectorAll(SOURCES)].filter(
			(one) => !looksAfterItself(one),
		);
		const urls = elements.map((one) => one.currentSrc || one.src || one.href || one.data);
		return new Set([...seen, ...urls.map((url) => addressOf(url, origin))]);
	}

	return { addresses, read: () => read, isIncomplete: () => lost };
}

// A frame of another origin has no contentDocument for us.
function looksAfterItself({ contentDocument }) {
	return contentDocument && findTag(contentDocument);
}
