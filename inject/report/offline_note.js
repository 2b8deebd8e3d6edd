/**
 * offline_note: shows a note when the connection is missing for long.
 */

const LONG_OFFLINE_MS = 1000;

/**
 * @param {import('../page/world.js').Later} later
 * @param {import('./badge.js').Note} note
 * @returns {(isOffline: boolean) => void} called whenever it is clear whether the connection is missing
 */
export function createOfflineNote(later, note) {
  /**
   * Another object for each time that the connection is missing.
   *
   * @type {object | false | undefined}
   */
  let offline;
  return (isOffline) => {
    if (isOffline === !!offline) return;
    const since = (offline = isOffline && {});
    if (isOffline) {
      later(() => since === offline && note('', 'connecting …'), LONG_OFFLINE_MS);
    } else note('');
  };
}
