/**
 * fields: the state of form fields, and what it would be if nobody had touched them.
 */

const FIELDS = 'input, textarea, select';
// Fields that say at first exactly what their markup says.
const PLAIN = /^(text|search|tel|textarea)$/;
/**
 * What keeps the state of fields from being said. Such markup stands for something else: the inner form would be left
 * out. And which form a radio button names counts only in a document.
 */
export const UNSURE = 'form form, input[type=radio i][form]';

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
 * Of radio buttons with one name that are in no form the last one that is checked stays so, but only in a document.
 *
 * @param {Iterable<any>} fields in no document
 * @returns {(string | boolean)[]} what they say in one
 */
function statesOf(fields) {
  const names = new Set();
  return [...fields]
    .reverse()
    .map((field) => {
      const { type, checked, name, form } = field;
      const isGrouped = type === 'radio' && checked && name && !form;
      return isGrouped ? names.size < names.add(name).size : stateOf(field);
    })
    .reverse();
}

/**
 * What a field says at first does not follow from its attributes alone: a range has limits, of a group of
 * radio buttons only one is checked. So the markup is parsed again, and the browser says it.
 *
 * @param {Element | ShadowRoot} root
 * @returns {(string | boolean)[] | null} the state of each field below root, in their order, as it would be
 *   after a load; null when that cannot be said
 */
function freshStates(root) {
  /** @type {any[]} */
  const fields = [...root.querySelectorAll(FIELDS)];
  if (fields.length === 0) return [];
  if (root.querySelector(UNSURE)) return null;
  const { content } = root.ownerDocument.createElement('template');
  const copy = content.ownerDocument.createElement('html');
  try {
    copy.innerHTML = root.innerHTML;
  } catch {
    // The page has a policy that wants trusted types.
    return null;
  }
  const fresh = [...copy.querySelectorAll(FIELDS)];
  if (fresh.length !== fields.length) return null;
  const states = statesOf(fresh);
  // The parser takes a line break at the start of a textarea for layout.
  return fields.map((field, i) => (field.nodeName === 'TEXTAREA' ? field.defaultValue : states[i]));
}

/**
 * @param {Element | ShadowRoot} root
 * @returns {[any, string | boolean][]} the fields that do not say what they would say after a load, with what
 *   that is
 */
export function touchedFields(root) {
  /** @type {any[]} */
  const fields = [...root.querySelectorAll(FIELDS)];
  const states = freshStates(root);
  if (!states) {
    return fields
      .filter(({ type, value, defaultValue }) => PLAIN.test(type) && value !== defaultValue)
      .map((field) => [field, field.defaultValue]);
  }
  return fields.flatMap((field, i) => (stateOf(field) === states[i] ? [] : [[field, states[i]]]));
}

/**
 * Notes which fields the user has touched, before the document is brought to another state.
 *
 * @param {import('./snapshot.js').Snapshot} snapshot of the document
 * @param {Element} next the root element of the state that comes, as it was parsed
 * @returns {(() => void) | null} to be called when the snapshot and the document are in that state: each field
 *   that the user has not touched then says what it would say after a load. null when that cannot be said
 */
export function noteFields(snapshot, next) {
  const { root, shown } = snapshot;
  const states = snapshot.states ?? freshStates(root);
  // Nobody has touched these.
  const nextStates = statesOf(next.querySelectorAll(FIELDS));
  if (!states) return null;
  /** @type {(all: (string | boolean)[]) => [any, string | boolean][]} */
  const shownFields = (all) =>
    [...root.querySelectorAll(FIELDS)].flatMap((field, i) =>
      shown.has(field) ? [[shown.get(field), all[i]]] : [],
    );
  const touched = new Set(
    shownFields(states).flatMap(([live, state]) => (stateOf(live) === state ? [] : [live])),
  );
  return () => {
    snapshot.states = nextStates;
    for (const [live, state] of shownFields(nextStates)) {
      if (!touched.has(live) && stateOf(live) !== state) setState(live, state);
    }
  };
}
