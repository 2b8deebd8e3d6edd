/**
 * sizes: the sizes that the user has given to columns and parts, kept for the next time.
 *
 * They are kept in the local storage of the page's origin. The port is the same at the next start of the same
 * server, but the secret path is not, so a page that is opened anew finds them. Other programs may have that port
 * later and can read them, so nothing but these numbers is kept.
 */

const KEY = 'liveserve.wire.sizes';

/** @typedef {ReturnType<typeof createSizes>} Sizes */
/** @typedef {Pick<Storage, 'getItem' | 'setItem'>} Memory */

/**
 * What is kept, as far as it is right: other programs may have written there.
 *
 * @param {Memory | null} storage
 * @returns {Map<string, number>}
 */
function read(storage) {
  try {
    const kept = JSON.parse(storage?.getItem(KEY) ?? '{}');
    return new Map(Object.entries(kept ?? {}).filter(([, pixels]) => Number.isFinite(pixels)));
  } catch {
    return new Map();
  }
}

/**
 * The storage may be forbidden, and then throws when it is asked for. So sizes are kept as long as the page is.
 *
 * @param {() => Memory} getStorage
 */
export function createSizes(getStorage) {
  /** @type {Memory | null} */
  let storage = null;
  try {
    storage = getStorage();
  } catch {
    // As said above.
  }
  const sizes = read(storage);
  return {
    /** In pixels. @param {string} name */
    get: (name) => sizes.get(name),
    /** @param {string} name @param {number} pixels */
    set(name, pixels) {
      sizes.set(name, pixels);
      try {
        storage?.setItem(KEY, JSON.stringify(Object.fromEntries(sizes)));
      } catch {
        // It is full, or forbidden.
      }
    },
  };
}
