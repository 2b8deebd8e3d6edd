/**
 * trouble: tells the server in a line each what was heard of the page (listen.js), and never too much.
 */

import { addressOf } from '../page/url.js';

const MOST = 10;
const WINDOW_MS = 1000;
const MOST_WAITING = 20;
const MOST_LETTERS = 1000;
const MOST_PARTS = 8;

/**
 * @param {object} options
 * @param {string} options.origin
 * @param {(callback: () => void, ms: number) => void} options.later
 * @param {(message: object) => boolean} options.send whether it could
 * @param {(about: 'error', text: string) => void} options.note called with each error that nobody caught
 * @returns {{hear: (heard: import('./capture.js').Heard | false) => void, flush: () => void}} false is one of too
 *   many, which only counts; flush: sending may have become possible
 */
export function createTrouble({ origin, later, send, note }) {
	// A place of this origin in a stack, but not in a script of ours.
	const frame = RegExp(
		`${origin.replace(/\W/g, '\\$&')}(?!/__liveserve/)(/[^\\s?#:)]*)[^\\s:)]*(:\\d+:\\d+)`,
	);
	const placeIn = (stack) => frame.exec(stack)?.slice(1).join('');
	const waiting = [];
	let count = 0;

	function flush() {
		while (waiting[0] && send(waiting[0])) waiting.shift();
	}

	function tell(level, text, source) {
		if (count === 0) later(endWindow, WINDOW_MS);
		if (++count > MOST || waiting.length === MOST_WAITING) return;
		waiting.push({
			type: 'log',
			level,
			text: text.slice(0, MOST_LETTERS).replace(/\s+/g, ' '),
			source,
		});
		flush();
	}

	// As long as there is too much, there is only one more line for all of it.
	function endWindow() {
		const more = count - MOST;
		count = 0;
		if (more <= 0) return;
		tell('error', `… and ${more} more`);
		count = MOST;
	}

	// Text, place, and whether to show it.
	function describe({ event, url }) {
		const { type, target, message, error, filename, lineno, colno, reason } = event;
		if (type === 'unhandledrejection') {
			return [`unhandled rejection: ${brief(reason)}`, placeIn(reason?.stack), true];
		}
		if (message === undefined)
			return [`${target.localName} did not load: ${addressOf(url, origin) ?? url}`];
		const place = placeIn(`${error?.stack} ${filename}:${lineno}:${colno}`);
		// Without an error it is a notice, as of ResizeObserver, or another origin's secret.
		return [message.replace(/^uncaught /i, ''), place ?? `${filename}:${lineno}:${colno}`, error];
	}

	const hearEvent = quietly((heard) => {
		if (!heard) return tell('error', '');
		if (heard.event.defaultPrevented) return;
		const [text, place, isShown] = describe(heard);
		tell('error', text, place);
		if (isShown) note('error', place ? `${text}\n${place}` : text);
	});

	return {
		hear: quietly((heard) => {
			const { level, values, stack } = heard;
			if (values) tell(level, format(values), placeIn(stack));
			// Somebody who hears of it after us may deal with it (preventDefault).
			else later(() => hearEvent(heard), 0);
		}),
		flush,
	};
}

// What cannot be put into words is passed over.
function quietly(act) {
	return (value) => {
		try {
			act(value);
		} catch {
			// The page may have made anything of its objects.
		}
	};
}

// With the console's own placeholders.
function format([first, ...rest]) {
	const put = (mark) => {
		const text = rest.length > 0 ? brief(rest.shift()) : mark;
		return mark === '%c' ? '' : text;
	};
	const text = typeof first === 'string' ? first.replace(/%[sdifoOc]/g, put) : brief(first);
	return [text, ...rest.map(brief)].join(' ');
}

// In few words, and without a call into the page's own code: no getters, no toString, no toJSON.
function brief(value) {
	if (value instanceof Error) return `${value.name}: ${value.message}`;
	if (Object(value) !== value) return String(value);
	const copy = Array.isArray(value) ? [] : {};
	const keys = Object.keys(value);
	for (const key of keys.slice(0, MOST_PARTS)) {
		const part = Object.getOwnPropertyDescriptor(value, key).value;
		copy[key] = Object(part) === part ? '…' : part;
	}
	const text = JSON.stringify(copy);
	if (text === '{}') return Object.prototype.toString.call(value);
	return keys.length > MOST_PARTS ? text.replace(/.$/, ',…$&') : text;
}
