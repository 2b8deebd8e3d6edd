/**
 * keep: takes what the user has scrolled to and typed over a reload.
 *
 * Browsers do a part of that by themselves, each another one. What is taken along: how far the window and
 * the elements are scrolled, and fields that differ from what the document says; never a password.
 */

// The page may go on growing for that long after it has loaded.
const LONGEST_GROWTH_MS = 3000;
// What the user does to scroll by himself.
const HANDS = ['wheel', 'touchmove', 'keydown', 'mousedown'];
const FIELDS = 'input:not([type=password], [type=file], [type=hidden]), textarea, select';

/** @returns {string} a selector that only this element matches, as long as nothing before it changes */
export function pathTo(element) {
	if (element.id) return `#${CSS.escape(element.id)}`;
	const parent = element.parentElement;
	if (!parent) return ':root';
	return `${pathTo(parent)}>:nth-child(${1 + [...parent.children].indexOf(element)})`;
}

// What of a field the user has changed; undefined when nothing.
function enteredIn(field) {
	if (field.options) {
		const chosen = [...field.options].flatMap((option, i) => (option.selected ? i : []));
		const given = [...field.options].flatMap((option, i) => (option.defaultSelected ? i : []));
		return `${chosen}` === `${given}` || (!given[0] && `${chosen}` === '0') ? undefined : chosen;
	}
	if (field.checked !== field.defaultChecked) return field.checked;
	return field.value === field.defaultValue ? undefined : field.value;
}

/**
 * @param {Document} document
 * @returns {object | null} to be given to restore in the next document, from JSON or as it is; null when
 *   there is nothing to keep
 */
export function save(document) {
	const scrolled = [...document.querySelectorAll('*')].filter(
		(one) => one.scrollTop || one.scrollLeft,
	);
	const places = scrolled.map((one) => [pathTo(one), one.scrollLeft, one.scrollTop]);
	const entries = [...document.querySelectorAll(FIELDS)].flatMap((field) => {
		const entered = enteredIn(field);
		return entered === undefined ? [] : [[pathTo(field), field.type, entered]];
	});
	return places.length + entries.length > 0 ? { places, entries } : null;
}

function enter(field, entered) {
	if (Array.isArray(entered)) {
		[...(field.options ?? [])].forEach((option, i) => (option.selected = entered.includes(i)));
	} else if (typeof entered === 'boolean') field.checked = entered;
	else field.value = entered;
}

/**
 * Sets fields as soon as they are there, and scrolls as soon as the page is large enough, unless the user
 * does.
 *
 * @param {{places: any[], entries: any[]}} saved
 * @param {Document} document
 * @param {Window} window
 */
export function restore({ places, entries }, document, window) {
	let end = Infinity;
	let isTaken = false;
	for (const type of HANDS)
		window.addEventListener(type, () => (isTaken = true), { once: true, capture: true });

	const isPending = ([path, left, top]) => {
		const element = document.querySelector(path);
		element?.scrollTo({ left, top, behavior: 'instant' });
		return (
			!element || Math.abs(element.scrollTop - top) > 1 || Math.abs(element.scrollLeft - left) > 1
		);
	};
	const isMissing = ([path, type, entered]) => {
		const field = document.querySelector(path);
		if (field?.type === type) enter(field, entered);
		return !field;
	};

	function look() {
		if (document.readyState !== 'loading') entries = entries.filter(isMissing);
		if (!isTaken) places = places.filter(isPending);
		if (document.readyState === 'complete')
			end = Math.min(end, window.performance.now() + LONGEST_GROWTH_MS);
		const isLate = window.performance.now() > end;
		if (!isLate && (entries.length > 0 || (places.length > 0 && !isTaken)))
			window.requestAnimationFrame(look);
	}
	look();
}
