/**
 * steps: the keys that choose another packet.
 */

import { isMark } from '../packets/row.js';

/**
 * The index of the packet that is `step` packets away from an index; marks are passed over. At an end it is the
 * last one that there is, or -1.
 *
 * @param {(import('../packets/row.js').Row | import('../packets/row.js').Mark)[]} items
 * @param {number} index
 * @param {number} step
 */
export function stepFrom(items, index, step) {
  const way = Math.sign(step);
  let left = Math.abs(step);
  let found = items[index] && !isMark(items[index]) ? index : -1;
  for (let i = index + way; left > 0 && i >= 0 && i < items.length; i += way) {
    if (isMark(items[i])) continue;
    found = i;
    left--;
  }
  return found;
}

/**
 * @param {object} options
 * @param {import('../packets/packet_rows.js').PacketRows} options.packets
 * @param {() => number} options.chosen
 * @param {(n: number) => void} options.choose
 * @param {() => number} options.page how many rows a page has
 * @param {() => void} options.toEnd
 * @returns {import('./keys.js').Keys}
 */
export function createSteps({ packets, chosen, choose, page, toEnd }) {
  /** @param {number} from @param {number} step */
  function go(from, step) {
    const index = stepFrom(packets.shown, from, step);
    const item = packets.shown[index];
    if (item && !isMark(item)) choose(item.n);
  }

  /** Where the chosen packet is; when the filter hides it or none is chosen, before the first one. */
  const here = () => (chosen() > 0 ? packets.indexOf(chosen()) : -1);
  return {
    ArrowDown: () => go(here(), 1),
    ArrowUp: () => go(here(), -1),
    PageDown: () => go(here(), page()),
    PageUp: () => go(here(), -page()),
    Home: () => go(-1, 1),
    End() {
      go(packets.shown.length, -1);
      toEnd();
    },
  };
}
