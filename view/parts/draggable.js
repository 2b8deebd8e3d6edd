/**
 * draggable: a handle that is moved with the mouse, a finger, or the arrow keys.
 */

const STEP = 16;

/**
 * @param {HTMLElement} handle
 * @param {() => (x: number, y: number) => void} start is called at the beginning of a move; what it returns is
 *   called with the distance in pixels from there
 */
export function draggable(handle, start) {
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const move = start();
    const { clientX, clientY, pointerId } = event;
    handle.setPointerCapture(pointerId);
    handle.classList.add('dragged');
    const onMove = (/** @type {PointerEvent} */ { clientX: x, clientY: y }) =>
      move(x - clientX, y - clientY);
    const onEnd = () => {
      handle.classList.remove('dragged');
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('lostpointercapture', onEnd);
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('lostpointercapture', onEnd);
  });
  /** @type {Record<string, [number, number]>} */
  const keys = {
    ArrowLeft: [-STEP, 0],
    ArrowRight: [STEP, 0],
    ArrowUp: [0, -STEP],
    ArrowDown: [0, STEP],
  };
  handle.addEventListener('keydown', (event) => {
    const step = keys[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    start()(...step);
  });
}
