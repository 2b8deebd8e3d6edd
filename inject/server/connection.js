/**
 * connection: one socket to the server, opened again whenever it is lost.
 *
 * Before it tries again it asks the server for a small thing over HTTP: Firefox holds back a
 * WebSocket to a place where earlier ones failed for up to a minute, a plain request never. Where the
 * page's own content security policy forbids the socket there is none, and no second try.
 */

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;
const LONG_HIDDEN_MS = 60000;

/**
 * Connects at once and stays so until the page is left.
 *
 * @param {object} options
 * @param {string} options.url of the socket
 * @param {(url: string) => WebSocket} options.connect
 * @param {() => Promise<any>} options.probe rejects when the server is not there
 * @param {() => string} options.hello the first message, made anew for each socket
 * @param {(text: string) => void} options.receive
 * @param {(isMissed: boolean) => void} options.miss called whenever it is clear whether somebody who looks
 *   at the page has no connection
 * @param {(callback: () => void, ms: number) => void} options.later
 * @param {() => number} options.random from 0 to 1
 * @param {() => number} options.now in milliseconds
 * @param {EventTarget} options.window
 * @param {Document} options.document
 * @param {Console} options.console
 * @returns {(text?: string) => boolean} sends, when there is a connection; whether there is
 */
export function createConnection(options) {
	const {
		url,
		connect,
		probe,
		hello,
		receive,
		miss,
		later,
		random,
		now,
		window,
		document,
		console,
	} = options;
	let socket = null;
	let wait = FIRST_WAIT_MS;
	// Only the newest try counts; a new number calls off a waiting or unanswered one.
	let newest = 0;
	let hiddenSince = 0;
	let isForbidden = false;

	const isHidden = () => document.visibilityState === 'hidden';

	function open() {
		const opened = (socket = connect(url));
		const on = (type, act) => {
			opened.addEventListener(type, (event) => opened === socket && act(event));
		};
		on('open', () => opened.send(hello()));
		on('message', ({ data }) => {
			wait = FIRST_WAIT_MS;
			miss(false);
			receive(data);
		});
		on('close', () => {
			socket = null;
			tryLater();
		});
	}

	function close() {
		newest++;
		socket?.close();
		socket = null;
	}

	function tryLater() {
		const number = ++newest;
		later(() => number === newest && tryNow(), wait * (0.75 + random() / 2));
		wait = Math.min(wait * 2, LONGEST_WAIT_MS);
	}

	async function tryNow() {
		const isUseful = !isHidden() && !isForbidden;
		miss(isUseful);
		if (!isUseful) return;
		const number = ++newest;
		try {
			await probe();
			if (number === newest) open();
		} catch {
			if (number === newest) tryLater();
		}
	}

	function renew() {
		close();
		wait = FIRST_WAIT_MS;
		tryNow();
	}

	document.addEventListener('visibilitychange', () => {
		if (isHidden()) hiddenSince = now();
		// The machine may have slept: an old socket may be dead without knowing.
		else if (!socket || now() > hiddenSince + LONG_HIDDEN_MS) renew();
	});
	window.addEventListener('online', renew);
	// An open socket would keep the page out of the back/forward cache.
	window.addEventListener('pagehide', close);
	window.addEventListener('pageshow', ({ persisted }) => persisted && renew());
	document.addEventListener('securitypolicyviolation', ({ blockedURI, disposition }) => {
		if (blockedURI !== url || disposition !== 'enforce') return;
		isForbidden = true;
		tryNow();
		console.debug('liveserve: connect-src forbids it');
	});
	try {
		// A page that is rendered ahead becomes visible, or is never seen.
		if (!document.prerendering) open();
	} catch {
		tryLater();
	}
	return (text) => {
		const isOpen = socket?.readyState === 1;
		if (isOpen && text) socket.send(text);
		return isOpen;
	};
}
