/**
 * client: the script of every page. It puts the modules together and is, with update, the only one that
 * touches the page's own document, window and clock. Nothing here may be seen or felt by the page.
 */

import { canonicalPath } from './page/url.js';
import { createBadge } from './report/badge.js';
import { createChanges } from './page/changes.js';
import { createConnection } from './server/connection.js';
import { createFollow } from './page/refresh.js';
import { listen } from './report/capture.js';
import { createReload } from './page/reload.js';
import { createResources } from './page/resources.js';
import { takeSnapshot } from './page/snapshot.js';
import { createStylesheets } from './styles/stylesheets.js';
import { findTag, readTag } from './page/script_tag.js';
import { createUses } from './server/used_urls.js';

/** What is told of the console, by what the tag says; errors when it says nothing. */
const LEVELS = { none: [], all: ['error', 'warn', 'info', 'log', 'debug'] };

// What could not be told yet; of more it is only known that it was.
const MOST_HEARD = 200;
const LONG_MISSED_MS = 1000;

/** Does what the browser may forbid in some documents; then it is not done. */
const quietly = async (act) => {
	try {
		await act();
	} catch {
		// Nothing depends on it.
	}
};

const isLoading = () => document.readyState !== 'complete';

// With which status this page came: a page that says 404 may be edited, too.
const bornWith = () => performance.getEntriesByType('navigation')[0]?.responseStatus;

/** Asks for this page anew; GET brings it as a document that is not shown. */
function askFor(method) {
	return new Promise((resolve) => {
		const request = new XMLHttpRequest();
		request.open(method, location.href);
		request.setRequestHeader('Accept', 'text/html');
		request.responseType = 'document';
		request.onloadend = () => {
			const { status } = request;
			// Who writes a file empties it first.
			const isWhole = request.getResponseHeader('content-length') !== '0';
			const isThere = isWhole && (status === 200 || (status > 0 && status === bornWith()));
			resolve({ isThere, isRefused: status > 0 && !isThere, page: isThere && request.responseXML });
		};
		request.send();
	});
}

function start({ source, birth, epoch, version, file, says }) {
	const { origin, pathname } = location;
	const root = document.documentElement;
	if (root.getAttribute('data-liveserve') === 'off') return;

	const later = (callback, ms) => setTimeout(callback, ms);
	const tell = (message) => send(JSON.stringify(message));
	// Not in a drawing, which has no such elements, nor in a frame of a page that shows notes itself.
	const canNote = root instanceof HTMLElement && !frameElement;
	const note = canNote ? createBadge(document, CSSStyleSheet) : () => {};
	const heard = [];
	let trouble;
	listen({
		window,
		console,
		levels: LEVELS[says] ?? ['error'],
		hear(one) {
			heard.push(heard.length < MOST_HEARD && one);
			tellHeard();
		},
	});
	let stamps = Date.now();
	const stamp = () => (stamps++).toString(36);
	const successors = new WeakMap();
	let snapshot;
	const keep = () => (snapshot = takeSnapshot(document));
	if (document.readyState === 'loading') addEventListener('DOMContentLoaded', keep);
	else keep();

	// What is only needed once something changes is only loaded then.
	let update;
	const load = () => import(source.replace('client', 'update'));
	const tellHeard = () =>
		quietly(async () => {
			if (!send() || !(heard.length || trouble)) return;
			const { createTrouble } = await load();
			trouble ??= createTrouble({ origin, later, send: tell, note });
			heard.splice(0).forEach(trouble.hear);
			trouble.flush();
		});
	const findUpdate = async () => {
		const { createUpdate } = await load();
		const { freshen } = stylesheets;
		return (update ??= createUpdate({
			document,
			origin,
			stamp,
			later,
			snapshot,
			successors,
			freshen,
		}));
	};

	const keepsake = `liveserve keep ${pathname}`;
	quietly(async () => {
		const kept = sessionStorage[keepsake];
		delete sessionStorage[keepsake];
		if (kept) (await findUpdate()).restore(JSON.parse(kept));
	});
	const reload = createReload({
		async reload() {
			await quietly(async () => {
				const kept = (await findUpdate()).save();
				if (kept) sessionStorage[keepsake] = JSON.stringify(kept);
			});
			location.reload();
		},
		storage: () => sessionStorage,
		key: `liveserve ${pathname}`,
		birth,
		later,
		console,
	});
	const { follow, stop, isCurrent } = createFollow({
		canPatch: () => !!snapshot,
		patch: async (page) => (await findUpdate()).patch(page),
		ask(method) {
			// Needed next, whatever the answer.
			quietly(findUpdate);
			return askFor(method);
		},
		reload,
		done: () => uses.touched(),
		later,
	});
	const stylesheets = createStylesheets({
		document,
		origin,
		stamp,
		later,
		giveUp: () => follow(true),
		prepare: (sheet) => update?.assets.renewSheet(sheet),
		replaced: (element, by) => successors.set(element, by),
	});
	const grown = () => uses.look();
	const resources = createResources({ document, origin, Observer: PerformanceObserver, grown });
	// The second differs when a script has moved the page on with history.pushState.
	const ownAddresses = () => [pathname, location.pathname, file ?? pathname].map(canonicalPath);
	// Whether the server says that nothing is to be exchanged in place.
	let reloads;
	const change = createChanges({
		ownAddresses,
		isListing: root.hasAttribute('data-liveserve-listing'),
		resources,
		stylesheets,
		findAssets: async () => (await findUpdate()).assets,
		follow,
		stop,
	});
	const used = () => [...resources.addresses(), ...stylesheets.addresses()];
	const uses = createUses({
		addresses: () =>
			!isCurrent() || resources.isIncomplete() || isLoading()
				? null
				: new Set([...ownAddresses(), ...used()]),
		send: tell,
		later,
	});

	async function take(text) {
		try {
			const message = JSON.parse(text);
			if (message.type === 'state') return uses.stamped(message.stamp);
			if (message.type === 'change' && (await change(message.changes, reloads))) uses.touched();
			if (message.type === 'reload') follow(true);
			for (const { urls, problem } of message.changes ?? []) {
				note(urls[0], problem && used().some((url) => urls.includes(url)) && problem);
			}
			// What was missed follows a hello, whose version is the one before that.
			({ version, epoch = epoch, reloads = reloads } = message);
			if (message.type === 'hello') {
				stylesheets.retry();
				uses.greeted();
				tellHeard();
			}
		} catch {
			follow(true);
		}
		// A page that is still loading may have asked for the old file without our knowing yet.
		if (isLoading()) addEventListener('load', () => receive(text));
	}

	// One after the other.
	let taken = Promise.resolve();
	const receive = (text) => (taken = taken.then(() => take(text)));

	// Another one for each time that the connection is missed.
	let missed = null;
	function miss(isMissed) {
		if (isMissed === !!missed) return;
		const since = (missed = isMissed ? {} : null);
		if (isMissed)
			later(() => since === missed && note('connection', 'connecting …'), LONG_MISSED_MS);
		else note('connection');
	}

	const send = createConnection({
		url: `${origin.replace('http', 'ws')}/ws`,
		connect: (url) => new WebSocket(url, 'liveserve.v1'),
		probe: () => fetch(source, { method: 'HEAD', cache: 'no-store' }),
		hello: () =>
			JSON.stringify({ type: 'hello', page: location.pathname, epoch, version, ...uses.proof() }),
		receive,
		miss,
		later,
		random: Math.random,
		now: Date.now,
		window,
		document,
		console,
	});
}

function begin() {
	const first = findTag(document);
	const tag = document.currentScript ?? first;
	const said = tag && readTag(tag);
	// A second tag in the same document leaves the work to the first; in a sandbox without an origin there
	// is no server to talk to.
	if (!said || (first && first !== tag) || window.origin === 'null') return;
	start(said);
}

try {
	begin();
} catch {
	// A browser or a page that this script does not understand: the page stays as it is.
}
