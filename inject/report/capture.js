/**
 * listen: hears what goes wrong in the page and what it says on its console. What that means is found out
 * later and elsewhere (trouble.js): a page in which nothing goes wrong need not load it.
 *
 * Console methods are wrapped in a proxy, which calls the real one first and looks like it in every way.
 */

/**
 * @typedef {object} Heard
 * @property {string} [level] the method of the console that was called
 * @property {any[]} [values] with what
 * @property {string} [stack] and from where
 * @property {ErrorEvent | PromiseRejectionEvent} [event] or what happened
 * @property {string} [url] of what an element did not get
 *
 * @param {object} options
 * @param {Window} options.window
 * @param {Console} options.console
 * @param {string[]} options.levels the methods of console that are of interest
 * @param {(heard: Heard) => void} options.hear never throws
 */
export function listen({ window, console, levels, hear }) {
	for (const type of ['error', 'unhandledrejection']) {
		const listener = (event) => {
			const { currentSrc, src, href, data } = event.target;
			// The element may ask for something else, now that this is missing.
			hear({ event, url: currentSrc || src || href || data });
		};
		window.addEventListener(type, listener, true);
	}
	for (const level of levels) {
		console[level] = new Proxy(console[level], {
			apply(method, self, values) {
				const result = Reflect.apply(method, self, values);
				hear({ level, values, stack: Error().stack });
				return result;
			},
		});
	}
}
