/**
 * keys: whether certain keys are held, and no others.
 */

/** Of an event, by the name of a key in the settings. */
const FLAGS = /** @type {const} */ ({
  alt: 'altKey',
  ctrl: 'ctrlKey',
  meta: 'metaKey',
  shift: 'shiftKey',
});

/**
 * @param {string} keys "alt+shift"
 * @returns {(event: any) => boolean} whether they are held while the event of a keyboard or a mouse happens
 */
export function createAreHeld(keys) {
  const wanted = new Set(keys.toLowerCase().split('+'));
  return (event) =>
    Object.entries(FLAGS).every(([name, flag]) => !!event[flag] === wanted.has(name));
}
