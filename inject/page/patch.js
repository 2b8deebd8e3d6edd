/**
 * patch: brings a document without scripts to a new state in place.
 *
 * What is compared is the snapshot with the document as it reads now; only what differs between the two
 * is done to the one that is shown. So what the user did to it (typed, opened, scrolled, selected) and
 * what an extension of the browser put into it stays as it is.
 */

import { align } from './diff_children.js';
import { hasScripts, pair } from './snapshot.js';

// A sheet that is disabled says nothing when it is put in.
const LONGEST_LOAD_MS = 3000;
const SHEETS = 'link[rel~="stylesheet" i], style';

// What is set up once, when a document is loaded.
const SETTINGS = 'base, meta[http-equiv], meta[charset]';
// What reads differently in a document that is not shown; and what forbids it.
const OBSTACLES = 'head noscript, template[shadowrootmode], :root[data-liveserve=reload]';

const settingsOf = (page) =>
	[...page.querySelectorAll(SETTINGS)].map((one) => one.outerHTML).join();

const areComparable = (before, next) =>
	!hasScripts(next) &&
	next.characterSet === before.characterSet &&
	next.compatMode === before.compatMode &&
	settingsOf(next) === settingsOf(before) &&
	![before, next].some((page) => page.querySelector(OBSTACLES));

const isKept = (element) => element.getAttribute?.('data-liveserve') === 'keep';

// Where the browser does not run scripts it reads the content of noscript as elements: it is never shown.
const childrenOf = (node) => (node.nodeName === 'NOSCRIPT' ? [] : [...node.childNodes]);

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {{page: Document, shown: WeakMap<Node, Node>}} options.snapshot of it; kept up to date
 * @param {WeakMap<Node, Node>} options.successors of elements that were exchanged since
 * @param {(sheet: Element) => void} options.freshen called before a sheet comes into the page
 * @param {() => void} options.changed called before what has come into the page is painted
 * @param {(callback: () => void, ms: number) => void} options.later
 * @returns {(next: Document) => Promise<boolean>} says false, having done nothing, when only a reload can
 *   show next; rejects when the document is not what it was
 */
export function createPatch(options) {
	const { document, snapshot, successors, freshen, changed, later } = options;
	const { shown } = snapshot;

	function shownFor(node) {
		let live = shown.get(node);
		while (successors.has(live)) live = successors.get(live);
		if (!live.isConnected) throw live;
		return live;
	}

	// Sheets that come and go while a patch is being done.
	let coming = [];
	let going = [];

	function change(old, next) {
		const live = shownFor(old);
		shown.set(next, live);
		if (isKept(next)) return pairAlike(old, next);
		if (next.data !== old.data) live.data = next.data;
		if (next.attributes) changeAttributes(old, next, live);
		changeChildren(old, next, live);
	}

	// Inside what is kept nothing is done, but what stands for what must be known the next time.
	function pairAlike(old, next) {
		align(childrenOf(old), childrenOf(next)).forEach((partner, i) => {
			if (!partner) return;
			shown.set(next.childNodes[i], shown.get(partner));
			pairAlike(partner, next.childNodes[i]);
		});
	}

	function changeAttributes(old, next, live) {
		for (const { name, value } of next.attributes) {
			if (old.getAttribute(name) !== value) live.setAttribute(name, value);
		}
		for (const { name } of old.attributes) {
			if (!next.hasAttribute(name)) live.removeAttribute(name);
		}
		// Media elements look at their sources only once.
		if (live.nodeName === 'SOURCE' && !old.isEqualNode(next)) live.parentNode.load?.();
	}

	function changeChildren(old, next, live) {
		const olds = childrenOf(old);
		const news = childrenOf(next);
		// What was kept may be anything by now: what is kept no longer comes anew.
		const partners = align(olds, news).map((old, i) =>
			old && isKept(old) && !isKept(news[i]) ? null : old,
		);
		const stay = new Set(partners);
		for (const child of olds) if (!stay.has(child)) remove(shownFor(child));
		let last = null;
		news.forEach((child, i) => {
			if (partners[i]) {
				change(partners[i], child);
				last = shownFor(child);
			} else {
				const added = insert(child);
				if (last) last.after(added);
				else live.prepend(added);
				last = added;
			}
		});
	}

	function remove(live) {
		if (live.matches?.(SHEETS)) going.push(live);
		else live.remove();
	}

	function insert(child) {
		const added = document.importNode(child, true);
		pair(child, added, shown);
		if (added.querySelectorAll) {
			for (const sheet of [added, ...added.querySelectorAll(SHEETS)]) {
				if (!sheet.matches(SHEETS)) continue;
				freshen(sheet);
				coming.push(hasLoaded(sheet));
			}
		}
		return added;
	}

	const hasLoaded = (element) =>
		new Promise((resolve) => {
			for (const type of ['load', 'error']) element.addEventListener(type, resolve);
			later(resolve, LONGEST_LOAD_MS);
		});

	// The page is never bare: old sheets go when the new ones are there.
	async function exchangeSheets() {
		changed();
		await Promise.all(coming.splice(0));
		changed();
		for (const sheet of going.splice(0)) sheet.remove();
	}

	return async (next) => {
		const before = snapshot.page;
		if (!areComparable(before, next)) return false;
		const [old, root] = [before.documentElement, next.documentElement];
		shown.set(root, shownFor(old));
		changeAttributes(old, root, shownFor(old));
		for (const part of ['head', 'body']) {
			change(before[part], next[part]);
			await exchangeSheets();
		}
		snapshot.page = next;
		return true;
	};
}
