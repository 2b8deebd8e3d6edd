/**
 * uses: tells the server which files this page uses, and keeps the stamp that it gets for them: one hash
 * of the states of them all. Should the server be started again, the stamp tells whether anything of them
 * has changed meanwhile.
 *
 * A stamp is good for what the server was told and for what the page was told last: when the page uses
 * more, or something of it has changed, there is none until the server has given another one.
 */

const WAIT_MS = 300;
// What src/dialect.h and src/server.c take, less what else is in a message.
const MOST_URLS = 4096;
const MOST_LETTERS = 250000;

/**
 * @param {object} options
 * @param {() => Set<string | null> | null} options.addresses null when that cannot be said
 * @param {(message: object) => void} options.send may lose it; then greeted is called some time later
 * @param {(callback: () => void, ms: number) => void} options.later
 */
export function createUses({ addresses, send, later }) {
	// What the server was told.
	let told = [];
	let stamp;
	let isAsked = false;
	let isWaiting = false;

	function isCurrent() {
		const known = new Set(told);
		const now = stamp && addresses();
		return now && [...now].every((url) => !url || known.has(url));
	}

	function ask() {
		isWaiting = false;
		if (isAsked || isCurrent()) return;
		const urls = [...(addresses() ?? [])].filter(Boolean);
		stamp = undefined;
		isAsked = 0 < urls.length && urls.length <= MOST_URLS && `${urls}`.length < MOST_LETTERS;
		told = isAsked ? urls : [];
		send({ type: 'uses', urls: isAsked ? urls : undefined });
	}

	// The longer the list, the less often it is sent.
	function look() {
		if (!isWaiting) later(ask, WAIT_MS + told.length);
		isWaiting = true;
	}

	return {
		/** What the first message on a connection says of it. */
		proof: () => (isCurrent() ? { urls: told, stamp } : {}),
		/** The server knows this page again, and nothing of what it was told on another connection. */
		greeted() {
			isAsked = false;
			ask();
		},
		stamped(given) {
			isAsked = false;
			stamp = given;
			// For what has come while the stamp was on its way.
			look();
		},
		/** There may be more. */
		look,
		/** Something of it has changed. */
		touched() {
			stamp = undefined;
			look();
		},
	};
}
