/**
 * state_line: the words of the line at the bottom: how the packets are captured, how many there are, and whether
 * the page still hears of new ones.
 */

/** @typedef {import('../packets/live.js').State} State */

/** @param {number} part @param {number} all */
const percent = (part, all) => (all === 0 ? '100.0' : ((100 * part) / all).toFixed(1));

/**
 * How many packets there are, as Wireshark says it.
 *
 * @param {{known: number, shown: number}} counts
 * @param {State | null} state
 * @returns {{text: string, isBad: boolean}[]}
 */
export function countTexts({ known, shown }, state) {
  const parts = [
    { text: `Packets: ${known}`, isBad: false },
    { text: `Displayed: ${shown} (${percent(shown, known)}%)`, isBad: false },
  ];
  const lost = state?.lost ?? 0;
  parts.push({ text: `Lost: ${lost}`, isBad: lost > 0 });
  if (state && state.gone > 0) parts.push({ text: `Gone: ${state.gone}`, isBad: true });
  return parts;
}

/**
 * What the dot at the beginning of the line means.
 *
 * @param {object} now
 * @param {boolean | null} now.isConnected null: not known yet
 * @param {boolean} now.isPaused
 * @param {number} now.waiting packets that have come since the pause
 * @param {State | null} now.state
 * @returns {{kind: 'live' | 'paused' | 'lost' | 'ended' | 'waiting', text: string}}
 */
export function connectionText({ isConnected, isPaused, waiting, state }) {
  if (isConnected === null) return { kind: 'waiting', text: 'Connecting' };
  if (!isConnected) return { kind: 'lost', text: 'Connection lost, trying again' };
  if (isPaused) return { kind: 'paused', text: waiting > 0 ? `Paused · ${waiting} new` : 'Paused' };
  if (state?.ended) return { kind: 'ended', text: 'The capture has ended' };
  return { kind: 'live', text: 'Live' };
}

/** How the packets are captured. @param {State | null} state */
export function captureText(state) {
  if (!state) return '';
  return state.how || (state.by ? `Captured by ${state.by}` : '');
}

/** What stands in an empty list. @param {number} known @param {State | null} state */
export function emptyText(known, state) {
  if (known > 0) return 'No packet passes this filter.';
  if (state?.ended) return 'The capture has ended, and there are no packets.';
  const where = state ? ` on port ${state.port}` : '';
  return `No packets yet. Open the site${where} in a browser, or load it again.`;
}
