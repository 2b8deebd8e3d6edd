/**
 * error_report: tells the server, in one line each, what was captured in the page (capture.js), but never
 * too much.
 */

import { canonicalUrl } from '../page/url.js';
import { faultsOf } from './page_faults.js';

const MOST = 10;
const WINDOW_MS = 1000;
const MOST_WAITING = 20;
const MOST_LETTERS = 1000;
const MOST_PARTS = 8;

/**
 * @typedef {import('./capture.js').Captured} Captured
 *
 * @typedef {object} ErrorReport
 * @property {(captured: Captured | false) => void} add false stands for one more that is only counted
 * @property {() => void} flush sends what waits; called when sending may have become possible
 */

/**
 * @param {object} options
 * @param {import('../page/world.js').FullWindow} options.window
 * @param {string} options.origin
 * @param {import('../page/world.js').Later} options.later
 * @param {(message: object) => boolean} options.send returns whether it could
 * @param {import('./badge.js').Note} options.note called with each error that nobody caught
 * @returns {ErrorReport}
 */
export function createErrorReport({ window, origin, later, send, note }) {
  const placeIn = createPlaceIn(origin);
  const faults = faultsOf(window);
  /** @type {object[]} */
  const waiting = [];
  let count = 0;

  function flush() {
    while (waiting[0] && send(waiting[0])) waiting.shift();
  }

  /** @type {(level: string | undefined, text: string, source?: string) => void} */
  function tell(level, text, source) {
    if (count === 0) later(endWindow, WINDOW_MS);
    if (++count > MOST || waiting.length === MOST_WAITING) return;
    const line = text.slice(0, MOST_LETTERS).replace(/\s+/g, ' ');
    waiting.push({ type: 'log', level, text: line, source });
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

  const addEvent = quietly((/** @type {Captured | false} */ captured) => {
    if (!captured) return tell('error', '');
    if (captured.event.defaultPrevented) return;
    const { text, place, isShown, isFailure } = describe(captured, origin, placeIn);
    if (isFailure) faults.noteFailure(captured);
    else faults.noteError(text, place);
    tell('error', text, place);
    if (isShown) note('error', place ? `${text}\n${place}` : text);
  });

  return {
    add: quietly((captured) => {
      const { level, values, stack } = captured;
      // A listener of the page that runs after ours may deal with the event (preventDefault).
      if (!values) return faults.await((end) => later(() => end(addEvent(captured)), 0));
      const text = format(values);
      const place = placeIn(stack);
      if (level === 'error') faults.noteError(text, place);
      tell(level, text, place);
    }),
    flush,
  };
}

/**
 * Reports what waits, and takes it out.
 *
 * @param {Parameters<typeof createErrorReport>[0]} options
 * @param {(Captured | false)[]} waiting
 * @param {ErrorReport} [report] what it returned before
 * @returns {ErrorReport}
 */
export function reportAll(options, waiting, report = createErrorReport(options)) {
  waiting.splice(0).forEach(report.add);
  report.flush();
  return report;
}

/**
 * @param {string} origin
 * @returns {(stack: any) => string | undefined} the first place in a stack that is of this origin, but not
 *   in a script of liveserve
 */
function createPlaceIn(origin) {
  const frame = RegExp(
    `${origin.replace(/\W/g, '\\$&')}(?!/__liveserve/)(/[^\\s?#:)]*)[^\\s:)]*(:\\d+:\\d+)`,
  );
  return (stack) => frame.exec(stack)?.slice(1).join('');
}

/**
 * @param {Captured} captured
 * @param {string} origin
 * @param {(stack: any) => string | undefined} placeIn
 * @returns {{text: string, place?: string, isShown?: boolean, isFailure?: boolean}} isShown: the page is to show it,
 *   too; isFailure: an element did not get its file
 */
function describe({ event, url }, origin, placeIn) {
  const { type, target, message, error, filename, lineno, colno, reason } = event;
  if (type === 'unhandledrejection') {
    const place = placeIn(reason?.stack);
    return { text: `unhandled rejection: ${brief(reason)}`, place, isShown: true };
  }
  if (message === undefined) {
    const missing = canonicalUrl(/** @type {string} */ (url), origin) ?? url;
    return { text: `${target.localName} did not load: ${missing}`, isFailure: true };
  }
  const there = `${filename}:${lineno}:${colno}`;
  return {
    text: message.replace(/^uncaught /i, ''),
    place: placeIn(`${error?.stack} ${there}`) ?? there,
    // Without an error it is a notice, as of ResizeObserver, or an error that another origin hides.
    isShown: error,
  };
}

/**
 * What cannot be put into words is passed over.
 *
 * @param {(value: any) => void} act
 * @returns {(value: any) => void}
 */
function quietly(act) {
  return (value) => {
    try {
      act(value);
    } catch {
      // The page may have made anything of its objects.
    }
  };
}

/**
 * Puts values into the console's own placeholders.
 *
 * @param {any[]} values
 */
function format([first, ...rest]) {
  /** @param {string} mark */
  const put = (mark) => {
    const text = rest.length > 0 ? brief(rest.shift()) : mark;
    return mark === '%c' ? '' : text;
  };
  const text = typeof first === 'string' ? first.replace(/%[sdifoOc]/g, put) : brief(first);
  return [text, ...rest.map(brief)].join(' ');
}

/**
 * Describes a value in few words, without a call into the page's own code: no getters, no toString, no
 * toJSON.
 *
 * @param {any} value
 * @returns {string}
 */
function brief(value) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Object(value) !== value) return String(value);
  /** @type {any} */
  const copy = Array.isArray(value) ? [] : {};
  const keys = Object.keys(value);
  for (const key of keys.slice(0, MOST_PARTS)) {
    const part = /** @type {any} */ (Object.getOwnPropertyDescriptor(value, key)).value;
    copy[key] = Object(part) === part ? '…' : part;
  }
  const text = JSON.stringify(copy);
  if (text === '{}') return Object.prototype.toString.call(value);
  return keys.length > MOST_PARTS ? text.replace(/.$/, ',…$&') : text;
}
