/**
 * reload: loads the page anew, once.
 *
 * Each load of a page is born with another version, except when something between it and the server (a
 * service worker, mostly) answers with an old copy. Then reloading for ever would not help: after three
 * loads that were born alike it stops. The note of that is kept in sessionStorage and cleared by the
 * next page.
 */

const MOST_ALIKE = 3;
// The user may have answered "stay" when asked about leaving.
const ASK_AGAIN_MS = 5000;

/**
 * @param {object} options
 * @param {() => void} options.reload
 * @param {() => Storage} options.storage may throw, as sessionStorage does in a sandbox
 * @param {string} options.key of the note, for this address
 * @param {string} options.birth data-version of this load
 * @param {(callback: () => void, ms: number) => void} options.later
 * @param {Console} options.console
 * @returns {() => void}
 */
export function createReload({ reload, storage, key, birth, later, console }) {
	let isAsked = false;
	let alike = 0;

	function quietly(use) {
		try {
			return use(storage());
		} catch {
			return undefined;
		}
	}

	const [version, count] = (quietly((notes) => notes[key]) ?? '').split(' ');
	if (version === birth) alike = Number(count);
	else if (version) quietly((notes) => delete notes[key]);

	return () => {
		if (isAsked) return;
		isAsked = true;
		if (alike === MOST_ALIKE) return console.debug('liveserve: this is an old copy');
		alike++;
		quietly((notes) => (notes[key] = `${birth} ${alike}`));
		later(() => (isAsked = false), ASK_AGAIN_MS);
		reload();
	};
}
