/**
 * frames: where the inside of a frame lies in the document around it, also when the frame is scaled by a transform.
 */

/**
 * @typedef {object} Inside
 * @property {number} left of the upper left corner, in the viewport of the document around it
 * @property {number} top
 * @property {number} x how wide a pixel of the inside is there
 * @property {number} y
 */

/** @type {(frame: any) => Inside} */
export function insideOf(frame) {
  const { left, top, width, height } = frame.getBoundingClientRect();
  const x = width / frame.offsetWidth || 1;
  const y = height / frame.offsetHeight || 1;
  return { left: left + frame.clientLeft * x, top: top + frame.clientTop * y, x, y };
}

/**
 * @param {number} pointX in the innermost of frames
 * @param {number} pointY
 * @param {Element[]} frames the outermost first
 * @returns {[number, number]} the same point in the outermost document
 */
export function outwards(pointX, pointY, frames) {
  let [atX, atY] = [pointX, pointY];
  for (const frame of [...frames].reverse()) {
    const { left, top, x, y } = insideOf(frame);
    [atX, atY] = [left + atX * x, top + atY * y];
  }
  return [atX, atY];
}
