/**
 * waiters: those who wait for what another program sends. Who reads from it calls look() after each piece, and end()
 * when no more can come.
 */

export class Waiters {
  hasEnded = false;
  /** @type {Set<() => void>} */
  #looks = new Set();

  /** Something has come: all look whether it is what they wait for. */
  look() {
    for (const look of [...this.#looks]) look();
  }

  /** Nothing comes any more: who has not found it by now fails. */
  end() {
    this.hasEnded = true;
    this.look();
  }

  /**
   * Looks at once and whenever something has come. There is no deadline: inTime() of server.js is for that.
   *
   * @template T
   * @param {() => T} find what it returns is the result, as soon as that counts as true
   * @param {() => string} [describe] the error, when the end comes first
   * @returns {Promise<T>}
   */
  until(find, describe = () => 'no more can come') {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (!found && !this.hasEnded) return;
        this.#looks.delete(look);
        if (found) resolve(found);
        else reject(new Error(describe()));
      };
      this.#looks.add(look);
      look();
    });
  }
}
