/**
 * menus: the boxes that open below a button, and close when the user is done with them.
 */

/**
 * @param {Document} document
 * @param {HTMLElement[]} buttons each names its box in aria-controls
 */
export function createMenus(document, buttons) {
  /** @param {HTMLElement} button */
  const boxOf = (button) => {
    const box = document.getElementById(button.getAttribute('aria-controls') ?? '');
    if (!box) throw new Error('a menu without a box');
    return box;
  };

  /** @param {HTMLElement} button @param {boolean} isOpen */
  function set(button, isOpen) {
    button.setAttribute('aria-expanded', String(isOpen));
    boxOf(button).hidden = !isOpen;
  }

  const isOpen = (/** @type {HTMLElement} */ button) =>
    button.getAttribute('aria-expanded') === 'true';

  for (const button of buttons) {
    button.addEventListener('click', () => {
      const opens = !isOpen(button);
      buttons.forEach((other) => set(other, false));
      set(button, opens);
      /** @type {HTMLElement | null} */ (boxOf(button).querySelector('input, a'))?.focus();
    });
  }
  document.addEventListener('pointerdown', ({ target }) => {
    for (const button of buttons) {
      const node = /** @type {Node} */ (target);
      if (!button.contains(node) && !boxOf(button).contains(node)) set(button, false);
    }
  });
  document.addEventListener('keydown', (event) => {
    const button = buttons.find(isOpen);
    if (event.key !== 'Escape' || !button) return;
    event.preventDefault();
    set(button, false);
    button.focus();
  });
}

/**
 * Keeps the addresses of links as the user's choices say.
 *
 * @param {HTMLFormElement} form
 * @param {(data: FormData) => Record<string, string>} addresses by the ids of the links
 */
export function linkChoices(form, addresses) {
  const update = () => {
    for (const [id, address] of Object.entries(addresses(new FormData(form))))
      form.querySelector(`#${id}`)?.setAttribute('href', address);
  };
  form.addEventListener('change', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
}

/** Which file is saved. @param {FormData} data */
export function captureAddress(data) {
  const wanted = ['keys', 'comments'].filter((name) => data.has(name)).map((name) => `${name}=1`);
  return wanted.length > 0 ? `capture.pcapng?${wanted.join('&')}` : 'capture.pcapng';
}
