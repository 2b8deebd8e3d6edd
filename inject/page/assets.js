/**
 * assets: brings images, fonts and media up to date in place, wherever the page names them: in
 * attributes, in style attributes and in style sheets.
 *
 * A changed file is asked for under a new URL, since no browser looks again for one that it has
 * already shown in this document. What comes into the page later and names the old URL must be given
 * the new one too; so the stamps are kept.
 */

import { addressOf, freshHref } from './url.js';
import { rulesIn } from '../styles/css_rules.js';
import { findAll, treesIn } from './shadow_roots.js';

// By attribute, in which elements it names a file of this kind.
const PLACES = {
	src: 'img, input, video, audio, source, track',
	srcset: 'img, source',
	poster: 'video',
	href: 'link[rel~="icon" i], image, use, feImage',
	background: '*',
	style: '*',
};
const FONT_FACE_RULE = 5;

const IS_SIZE = /^[\d.]+[wxh]$/;
const CSS_URL = /url\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^)]*?)\s*\)/gi;

/**
 * @param {string} name of the attribute, or 'style' for CSS
 * @param {string} text
 * @param {(url: string) => string} change
 * @returns {string} text with each URL in it changed
 */
export function changeUrls(name, text, change) {
	if (name === 'srcset')
		return text.replace(/[^\s,]\S*[^\s,]/g, (piece) =>
			IS_SIZE.test(piece) ? piece : change(piece),
		);
	if (name !== 'style') return change(text.trim());
	return text.replace(CSS_URL, (whole, quoted) => {
		const url = quoted.replace(/^(["'])(.*)\1$/s, '$2');
		const changed = change(url);
		return changed === url ? whole : `url("${changed}")`;
	});
}

/**
 * An updater (see changes.js) with two things more: renew() and renewSheet(sheet) give new URLs, at once,
 * to what has come into the page.
 *
 * @param {object} options
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => string} options.stamp another one each time
 * @param {(url: string) => Promise<any>} options.loadImage into the browser's memory, so that it shows at once
 * @param {(url: string) => Promise<any>} options.loadFont
 */
export function createAssets({ document, origin, stamp, loadImage, loadFont }) {
	// Of every file that ever changed, its last stamp.
	const stamps = new Map();

	// Every text that may name a file: how to read, to set and to load it.
	function* everyPlace() {
		for (const [name, elements] of Object.entries(PLACES)) {
			const selector = elements.replace(/[^,]+/g, `$&[*|${name}]`);
			for (const element of findAll(document, selector)) yield attributePlace(element, name);
		}
		for (const tree of treesIn(document)) {
			for (const sheet of [...tree.styleSheets, ...(tree.adoptedStyleSheets ?? [])])
				yield* sheetPlaces(sheet);
		}
	}

	function attributePlace(element, name) {
		const qualified = element.hasAttribute(name) ? name : `xlink:${name}`;
		const media = name === 'src' && element.nodeName !== 'TRACK' && element.closest('video, audio');
		const set = (text) => element.setAttribute(qualified, text);
		return {
			name,
			text: element.getAttribute(qualified),
			base: element.baseURI,
			load: !media && loadImage,
			set: media ? (text) => goOnWith(media, () => set(text)) : set,
		};
	}

	function* sheetPlaces(sheet, base = sheet?.href ?? document.baseURI) {
		for (const rule of rulesIn(sheet)) {
			if (rule.styleSheet) yield* sheetPlaces(rule.styleSheet);
			else if (rule.insertRule && !rule.style) yield* sheetPlaces(rule, base);
			else {
				yield {
					name: 'style',
					text: rule.cssText,
					base,
					load: rule.type === FONT_FACE_RULE ? loadFont : loadImage,
					set: (text) => setRule(sheet, rule, text),
				};
			}
		}
	}

	// null for a place inside the same document
	const addressIn = (url, base) => (/^[^#]/.test(url) ? addressOf(url, origin, base) : null);

	function addresses() {
		const found = new Set();
		for (const { name, text, base } of everyPlace()) {
			changeUrls(name, text, (url) => {
				found.add(addressIn(url, base));
				return url;
			});
		}
		return found;
	}

	// What is to be done so that these places name the newest files.
	function renewalsOf(places) {
		return [...places].flatMap(({ name, text, base, load, set }) => {
			const urls = [];
			const renewed = changeUrls(name, text, (url) => {
				const newest = stamps.get(addressIn(url, base));
				if (!newest || freshHref(url, newest) === url) return url;
				urls.push(new URL(freshHref(url, newest), base).href);
				return freshHref(url, newest);
			});
			const loadAll = () => (load ? urls.map((url) => load(url).catch(() => {})) : []);
			return urls.length > 0 ? { loadAll, set: () => set(renewed) } : [];
		});
	}

	const renewIn = (places) => stamps.size > 0 && renewalsOf(places).forEach(({ set }) => set());
	const renew = () => renewIn(everyPlace());

	async function update(kinds) {
		for (const address of kinds.keys()) stamps.set(address, stamp());
		await Promise.all(renewalsOf(everyPlace()).flatMap(({ loadAll }) => loadAll()));
		// Looked for again, as the page may have changed meanwhile.
		renew();
	}

	return { addresses, update, renew, renewSheet: (sheet) => renewIn(sheetPlaces(sheet)) };
}

function setRule(parent, rule, text) {
	const at = [...parent.cssRules].indexOf(rule);
	parent.insertRule(text, at + 1);
	parent.deleteRule(at);
}

// Loads a media element anew; it goes on where it was.
function goOnWith(media, change) {
	const { currentTime, playbackRate, paused } = media;
	const goOn = () => {
		Object.assign(media, { currentTime, playbackRate });
		if (!paused) media.play().catch(() => {});
	};
	media.addEventListener('loadedmetadata', goOn, { once: true });
	change();
	media.load();
}
