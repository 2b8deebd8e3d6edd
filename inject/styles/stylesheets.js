/**
 * stylesheets: brings the style sheets of the page up to date without a flash.
 *
 * A <link>, or a <style> that imports, gets a clone beside it and goes when that has loaded. Asking for the
 * same URL again is not enough for what is imported: Firefox, and Chromium until the page has loaded, take
 * it from memory. So in the clone, before it is shown, each import that ever changed is replaced by one
 * with a new URL. (In a sheet that is shown, Chromium would take all of it away meanwhile.)
 */

import { addressOf, freshHref } from '../page/url.js';
import { rulesIn, rulesOf } from './css_rules.js';
import { findAll } from '../page/shadow_roots.js';

const LOOK_AGAIN_MS = 20;
const MOST_LOOKS = 250;

/**
 * An updater (see changes.js) with two things more: retry() for what could not be had, when the server
 * is back, and freshen(link) for one that is about to come into the page.
 *
 * @param {object} options
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => string} options.stamp another one each time
 * @param {(callback: () => void, ms: number) => void} options.later
 * @param {() => void} options.giveUp called when only a reload can help
 * @param {(sheet: CSSStyleSheet) => void} options.prepare called before a new sheet is shown
 * @param {(element: Element, by: Element) => void} options.replaced
 */
export function createStylesheets({ document, origin, stamp, later, giveUp, prepare, replaced }) {
	// Of every sheet that ever changed, its last stamp.
	const stamps = new Map();
	// From an element to its clone that is still loading.
	const waiting = new Map();
	const failed = new Set();

	const addressIn = (one) =>
		addressOf(one.href, origin, one.parentStyleSheet?.href ?? document.baseURI);

	function elements() {
		const clones = [...waiting.values()];
		const all = findAll(document, 'link[rel~="stylesheet" i][href], style');
		return all.filter((element) => !clones.includes(element));
	}

	// Where the element's sheets are: its own, unless that is inline, and the imported ones.
	function addressesOf(element) {
		return [element, ...allImports(element.sheet)].filter((one) => one.href).map(addressIn);
	}

	async function swap(element, isGone) {
		const { href } = element;
		const clone = element.cloneNode(true);
		if (href) {
			const fresh = freshHref(element.getAttribute('href'), stamp());
			// The sheet of a disabled link is not loaded before it is enabled.
			if (element.disabled) return element.setAttribute('href', fresh);
			clone.setAttribute('href', fresh);
		}
		waiting.get(element)?.remove();
		waiting.set(element, clone);
		const usable = await new Promise((resolve) => {
			clone.addEventListener('load', resolve);
			// An error may mean no more than that a sheet it imports is missing.
			clone.addEventListener('error', () => resolve(isGone || rulesIn(clone.sheet).length));
			element.after(clone);
		});
		const { sheet } = clone;
		if (usable) {
			await freshenImports(sheet, () => (sheet.disabled = true));
			prepare(sheet);
		}
		if (waiting.get(element) !== clone) return;

		waiting.delete(element);
		if (!usable) failed.add(addressIn(element));
		if (sheet) sheet.disabled = element.sheet?.disabled ?? false;
		const isBetter = usable && element.isConnected && element.href === href;
		if (isBetter) replaced(element, clone);
		(isBetter ? element : clone).remove();
	}

	async function freshenImports(sheet, hide) {
		const freshen = async (rule) => {
			const address = addressIn(rule);
			if (!stamps.has(address)) return freshenImports(rule.styleSheet, hide);
			hide();
			const url = `url(${JSON.stringify(freshHref(rule.href, stamps.get(address)))})`;
			const text = rule.cssText.replace(/url\("(?:[^"\\]|\\.)*"\)/, () => url);
			const fresh = sheet.cssRules[sheet.insertRule(text, rulesIn(sheet).indexOf(rule) + 1)];
			const loaded = await hasLoaded(fresh);
			sheet.deleteRule(rulesIn(sheet).indexOf(loaded ? rule : fresh));
			// An imported sheet that could not be had looks like an empty one.
			if (rulesIn(fresh.styleSheet).length === 0) failed.add(address);
			return freshenImports(fresh.styleSheet, hide);
		};
		await Promise.all(importsIn(sheet).map(freshen));
	}

	// A rule has no load event.
	async function hasLoaded(rule) {
		for (let looks = 0; looks < MOST_LOOKS && !rulesOf(rule.styleSheet); looks++) {
			await new Promise((resolve) => later(resolve, LOOK_AGAIN_MS));
		}
		return rulesOf(rule.styleSheet);
	}

	// A deleted sheet applies no longer; any other that cannot be had stays as it was.
	function update(kinds) {
		for (const address of kinds.keys()) {
			stamps.set(address, stamp());
			failed.delete(address);
		}
		for (const element of elements()) {
			if (addressesOf(element).some((address) => kinds.has(address))) {
				swap(element, kinds.get(addressIn(element)) === 'deleted').catch(giveUp);
			}
		}
	}

	// For a link that comes into the page later and names the old URL.
	function freshen(link) {
		const newest = stamps.get(link.href && addressIn(link));
		if (newest) link.setAttribute('href', freshHref(link.getAttribute('href'), newest));
	}

	return {
		freshen,
		addresses: () => new Set(elements().flatMap(addressesOf)),
		update,
		retry: () => update(new Map([...failed].map((address) => [address, 'modified']))),
	};
}

const importsIn = (sheet) => rulesIn(sheet).filter((rule) => 'styleSheet' in rule);

function allImports(sheet) {
	return importsIn(sheet).flatMap((rule) => [rule, ...allImports(rule.styleSheet)]);
}
