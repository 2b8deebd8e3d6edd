/**
 * keys: the keys that work everywhere on the page, except where the user writes.
 */

/**
 * What a key does.
 *
 * @typedef {Record<string, (event: KeyboardEvent) => void>} Keys
 */

/** Whether the user writes there, or the key has a meaning of its own there. @param {Element | null} element @param {string} key */
function isTaken(element, key) {
  if (!element) return false;
  if (element.closest('dialog, [role="tree"], [role="separator"]')) return true;
  const name = element.localName;
  if (name === 'input')
    return /** @type {HTMLInputElement} */ (element).type !== 'checkbox' || key === ' ';
  return (
    ['select', 'textarea'].includes(name) ||
    (['button', 'a', 'summary'].includes(name) && key === ' ')
  );
}

/**
 * @param {Document} document
 * @param {Keys} keys by KeyboardEvent.key
 */
export function createKeys(document, keys) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!Object.hasOwn(keys, event.key) || isTaken(document.activeElement, event.key)) return;
    event.preventDefault();
    keys[event.key](event);
  });
}
