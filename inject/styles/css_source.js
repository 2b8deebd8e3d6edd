/**
 * css_source: the text of a style sheet's file, as the browser would decode it.
 */

/**
 * @typedef {object} CssSource
 * @property {(url: string, isGone: boolean, integrity: string) => Promise<string | null>} fetch the newest
 *   text; empty for a file that is gone or that the browser would block; null when it cannot be had now.
 *   Rejects when only a load can tell what the browser makes of the file
 * @property {(url: string) => Promise<string | undefined>} recall the text that the page was loaded with,
 *   as long as the browser has it
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
    const [, mark] = /^(?:(\xef\xbb\xbf)|\xfe\xff|\xff\xfe)/.exec(start) ?? [];
    const said = /charset="?([\w-]+)/i.exec(type) ?? /^@charset "([\w-]+)";/.exec(start);
    return new TextDecoder(mark ? 'utf-8' : (said?.[1] ?? document.characterSet)).decode(bytes);
  }

  return {
    async fetch(url, isGone, integrity) {
      /** @type {RequestInit} */
      const options = { cache: 'no-cache', headers: { accept: 'text/css,*/*;q=0.1' } };
      let answer;
      try {
        answer = await window.fetch(url, options);
      } catch {
        return null;
      }
      if (!answer.ok) return isGone ? '' : null;
      if (integrity && !(await window.fetch(url, { ...options, integrity }).catch(() => null))) {
        window.console.error(
          `liveserve: ${new URL(url).pathname} does not match its integrity; a browser does not use it`,
        );
        return '';
      }
      return decode(answer);
    },
    async recall(url) {
      try {
        const answer = await window.fetch(`${url.split('#')[0]}#liveserve=`, {
          cache: 'only-if-cached',
          mode: 'same-origin',
        });
        return answer.ok ? await decode(answer) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
