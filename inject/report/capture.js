/**
 * capture: notices what goes wrong in the page and what the page says on its console.
 *
 * What that means is found out later and elsewhere (error_report.js), so that a page in which nothing
 * goes wrong need not load that part. Methods of the console are wrapped in a Proxy. The Proxy calls the
 * real method first and looks like it in every way.
 */

import { sourceOf } from '../page/url.js';
import { listen } from '../page/world.js';

/**
 * @typedef {object} Captured one event, or one call of the console
 * @property {any} [event] an ErrorEvent, or a PromiseRejectionEvent, or the error event of an element
 * @property {string} [url] what an element did not get
 * @property {string} [level] the method of the console
 * @property {any[]} [values] its arguments
 * @property {string} [stack] where it was called
 */

/**
 * @param {object} options
 * @param {EventTarget} options.window
 * @param {any} options.console
 * @param {string[]} options.levels the methods of console that are captured
 * @param {(captured: Captured) => void} options.report never throws
 */
export function capture({ window, console, levels, report }) {
  for (const type of ['error', 'unhandledrejection']) {
    // The URL is read now: the element may ask for something else, now that this is missing.
    listen(window, type, (event) => report({ event, url: sourceOf(event.target) }), true);
  }
  for (const level of levels) {
    console[level] = new Proxy(console[level], {
      apply(method, self, values) {
        const result = Reflect.apply(method, self, values);
        report({ level, values, stack: Error().stack });
        return result;
      },
    });
  }
}
