/**
 * css_source: the text of a style sheet's file, as the browser would decode it.
 */

import { NEWEST } from './sheet_requests.js';

/** By the first bytes of a text. @type {Record<string, string>} */
const MARKS = { '\xef\xbb\xbf': 'utf-8', '\xfe\xff': 'utf-16be', '\xff\xfe': 'utf-16le' };

/**
 * @typedef {import('./sheet_requests.js').Answer} Answer
 *
 * @typedef {object} CssSource
 * @property {(url: string, isGone: boolean, integrity: string, asked?: Answer) => Promise<string | null>}
 *   fetch the newest text, from asked if that is given; empty for a file that is gone or that the browser
 *   would block; null when it cannot be had now. Rejects when only a load can tell what the browser makes
 *   of the file
 * @property {(asked: Answer) => Promise<string | undefined>} recall the text in an answer from the
 *   browser's memory
 */

/**
 * @param {object} options
 * @param {import('../page/world.js').FullWindow} options.window
 * @param {Document} options.document
 * @returns {CssSource}
 */
export function createCssSource({ window, document }) {
  /** @param {Response} answer */
  async function decode(answer) {
    const type = answer.headers.get('content-type') ?? '';
    if (!/^text\/css\b/i.test(type)) throw answer;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const start = String.fromCharCode(...bytes.subarray(0, 100));
    const [mark] = /^(\xef\xbb\xbf|\xfe\xff|\xff\xfe)/.exec(start) ?? [];
    const [, given] = /charset="?([\w-]+)/i.exec(type) ?? [];
    const [, said] = /^@charset "([\w-]+)";/.exec(start) ?? [];
    // A text in which a browser can read that is no UTF-16.
    const charset = mark ? MARKS[mark] : (given ?? said?.replace(/^utf-16.*/i, 'utf-8'));
    return new TextDecoder(charset ?? document.characterSet).decode(bytes);
  }

  return {
    async fetch(url, isGone, integrity, asked) {
      const answer = await (asked ?? window.fetch(url, NEWEST).catch(() => {}));
      if (!answer) return null;
      if (!answer.ok) return isGone ? '' : null;
      if (integrity && !(await window.fetch(url, { ...NEWEST, integrity }).catch(() => null))) {
        window.console.error(
          `liveserve: ${new URL(url).pathname} does not match its integrity; a browser does not use it`,
        );
        return '';
      }
      return decode(answer);
    },
    async recall(asked) {
      const answer = await asked;
      return answer && answer.ok ? decode(answer).catch(() => undefined) : undefined;
    },
  };
}
