/**
 * trouble: tells the server in short what goes wrong in the page, and what it says on its console.
 *
 * What the page has dealt with itself (preventDefault) is not told. Console methods are wrapped in a proxy,
 * which calls the real one first and looks like it in every way.
 */

import { addressOf } from './address.js';

const MOST = 10;
const WINDOW_MS = 1000;
const LONGEST_WINDOW_MS = 8000;
const MOST_LETTERS = 1000;
const MOST_PARTS = 8;

/**
 * @param {object} options
 * @param {Window} options.window
 * @param {Console} options.console
 * @param {string[]} options.levels the methods of console that are told
 * @param {string} options.origin
 * @param {(callback: () => void, ms: number) => void} options.later
 * @param {(message: object) => boolean} options.send whether it could
 * @param {(text: string) => void} options.show called with each error that nobody caught
 * @returns {() => void} to be called when sending has become possible: tells what had to wait
 */
export function createTrouble({ window, console, levels, origin, later, send, show }) {
  // A place of this origin in a stack, but not in this script.
  const frame = RegExp(
    `${origin.replace(/\W/g, '\\$&')}(?!/__liveserve/)(/[^\\s?#:)]*)[^\\s:)]*(:\\d+:\\d+)`,
  );
  const placeIn = (stack) => frame.exec(stack)?.slice(1).join('');

  const waiting = [];
  // In the window of time that was opened by the first; it grows as long as there is too much.
  let count = 0;
  let wait = WINDOW_MS;

  function flush() {
    while (waiting[0] && send(waiting[0])) waiting.shift();
  }

  function add(level, text, source) {
    const short = text.slice(0, MOST_LETTERS).replace(/\s+/g, ' ');
    if (waiting.length < 2 * MOST) waiting.push({ type: 'log', level, text: short, source });
    flush();
  }

  function tell(level, say) {
    if (!count) later(endWindow, wait);
    if (++count <= MOST) add(level, ...say());
  }

  function endWindow() {
    const more = count - MOST;
    count = 0;
    wait = more > 0 ? Math.min(wait * 2, LONGEST_WINDOW_MS) : WINDOW_MS;
    if (more > 0) add('error', `… and ${more} more`);
  }

  // What is said of an event: text, place, and whether to show it. The rest of the dispatch comes first,
  // where somebody may prevent the default.
  function listen(type, describe) {
    const hear = quietly((event) => {
      const [text, place, isShown] = describe(event);
      const settle = () => {
        if (event.defaultPrevented) return;
        tell('error', () => [text, place]);
        if (isShown) show(place ? `${text}\n${place}` : text);
      };
      later(settle, 0);
    });
    window.addEventListener(type, hear, true);
  }

  listen('error', ({ target, message, error, filename, lineno, colno }) => {
    if (target !== window) {
      const url = target.currentSrc || target.src || target.href || target.data;
      return [`${target.localName} did not load: ${addressOf(url, origin) ?? url}`];
    }
    const place = `${filename}:${lineno}:${colno}`;
    // Without an error it is a notice, as of ResizeObserver, or another origin's secret.
    return [message.replace(/^uncaught /i, ''), placeIn(`${error?.stack} ${place}`) ?? place, error];
  });
  listen('unhandledrejection', ({ reason }) => {
    return [`unhandled rejection: ${brief(reason)}`, placeIn(reason?.stack), true];
  });

  for (const level of levels) {
    const heard = quietly((values) => tell(level, () => [format(values), placeIn(Error().stack)]));
    console[level] = new Proxy(console[level], {
      apply(method, self, values) {
        const result = Reflect.apply(method, self, values);
        heard(values);
        return result;
      },
    });
  }
  return flush;
}

// What cannot be put into words is passed over.
function quietly(act) {
  return (value) => {
    try {
      act(value);
    } catch {}
  };
}

// With the console's own placeholders.
function format([first, ...values]) {
  const put = (whole, letter) => {
    if (!values.length) return whole;
    const text = brief(values.shift());
    return letter === 'c' ? '' : text;
  };
  const text = typeof first === 'string' ? first.replace(/%([sdifoOc])/g, put) : brief(first);
  return [text, ...values.map(brief)].join(' ');
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
