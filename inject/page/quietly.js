/**
 * quietly: does what the browser may forbid in some documents, as the storage in a sandbox.
 */

/**
 * @param {() => unknown} act is called at once; when it throws, or rejects, it is not done, and nothing else happens
 * @returns {Promise<void>}
 */
export async function quietly(act) {
  try {
    await act();
  } catch {
    // Nothing depends on it.
  }
}
