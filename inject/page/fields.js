/**
 * fields: the state of form fields, and what it would be if nobody had touched them.
 */

export const FIELDS = 'input, textarea, select';

/**
 * @param {any} field
 * @returns {string | boolean} what the field says: a text; whether it is checked; of a select, which options
 *   are chosen
 */
export function stateOf(field) {
  if (field.options) {
    return [...field.options].flatMap((option, i) => (option.selected ? i : [])).join();
  }
  return /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value;
}

/**
 * @param {any} field
 * @param {string | boolean} state one that stateOf gave
 */
export function setState(field, state) {
  if (field.options) {
    const chosen = `${state}`.split(',');
    [...field.options].forEach((option, i) => (option.selected = chosen.includes(`${i}`)));
  } else if (typeof state === 'boolean') field.checked = state;
  else field.value = state;
}

/**
 * What a field says at first does not follow from its attributes alone: a range has limits, of a group of
 * radio buttons only one is checked. So the markup is parsed again, and the browser says it.
 *
 * @param {Element} root
 * @returns {(string | boolean)[] | null} the state of each field below root, in their order, as it would be
 *   after a load; null when that cannot be said
 */
export function freshStates(root) {
  /** @type {any[]} */
  const fields = [...root.querySelectorAll(FIELDS)];
  if (fields.length === 0) return [];
  const { content } = root.ownerDocument.createElement('template');
  const copy = content.ownerDocument.createElement('html');
  copy.innerHTML = root.innerHTML;
  const fresh = [...copy.querySelectorAll(FIELDS)];
  if (fresh.length !== fields.length) return null;
  // The parser takes a line break at the start of a textarea for layout.
  return fields.map((field, i) =>
    field.nodeName === 'TEXTAREA' ? field.defaultValue : stateOf(fresh[i]),
  );
}
