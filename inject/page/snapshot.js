/**
 * snapshot: the document as it was read, kept beside the one that is shown, when that has no scripts.
 *
 * Without scripts a document changes only by the hand of the user, or of an extension of the browser; so
 * what differs between snapshot and a newer state of the file is all that must be done to it.
 */

import { findTag } from './script_tag.js';
import { treesIn } from './shadow_roots.js';

// Of larger documents no copy is kept.
const MOST_ELEMENTS = 20000;
// Data blocks are of another type (HTML Standard 4.12.1).
const DATA_TYPE = /^(?!.*script)[^/]+\/[^/]+$/i;
const HANDLERS = 'boolean(//@*[starts-with(name(),"on") or contains(.,"javascript:")])';

/**
 * @param {Document} page
 * @returns {boolean} whether anything in it runs
 */
export function hasScripts(page) {
	const scripts = [...page.querySelectorAll('script')];
	return (
		scripts.some((one) => !DATA_TYPE.test(one.getAttribute('type'))) ||
		page.evaluate(HANDLERS, page, null, 3).booleanValue
	);
}

/**
 * @param {Node} node
 * @param {Node} live a node of the same shape
 * @param {WeakMap<Node, Node>} shown gets for node and each below it the one that stands for it
 */
export function pair(node, live, shown) {
	shown.set(node, live);
	const lives = live.childNodes;
	node.childNodes.forEach((child, i) => pair(child, lives[i], shown));
}

/**
 * @param {Document} document that has been read to its end
 * @returns {{page: Document, shown: WeakMap<Node, Node>} | null} a copy without the tag, and which nodes of
 *   the document stand for its nodes; null when this document cannot be patched
 */
export function takeSnapshot(document) {
	const isLarge = document.getElementsByTagName('*').length > MOST_ELEMENTS;
	if (document.contentType !== 'text/html' || isLarge || treesIn(document).length > 1) return null;
	const page = document.cloneNode(true);
	const shown = new WeakMap();
	pair(page, document, shown);
	findTag(page)?.remove();
	return hasScripts(page) ? null : { page, shown };
}
