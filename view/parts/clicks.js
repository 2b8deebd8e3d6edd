/**
 * clicks: which packet was clicked.
 */

/**
 * Calls choose with the number of the packet whose row or arrow is clicked.
 *
 * @param {HTMLElement} space
 * @param {string} prefix of the ids, before the number
 * @param {(n: number) => void} choose
 */
export function onPacketClick(space, prefix, choose) {
  space.addEventListener('click', ({ target }) => {
    const element = /** @type {Element} */ (target).closest(`[id^="${prefix}"]`);
    if (element) choose(Number(element.id.slice(prefix.length)));
  });
}
