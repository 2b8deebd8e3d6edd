/**
 * changes: decides what a change on disk means for this page.
 *
 * The document itself: reload. A file that an updater can exchange in place: let it. Any other file that
 * the page has asked for: reload. Everything else is somebody else's affair.
 *
 * @typedef {object} Change
 * @property {string[]} urls canonical addresses of the file, its path among them; of a folder all end in '/'
 * @property {'created' | 'modified' | 'deleted'} kind
 *
 * @typedef {object} Updater knows files that it can bring up to date without a reload
 * @property {() => Set<string | null>} addresses
 * @property {(kinds: Map<string, string>) => void} update from changed addresses of its own to the kind of
 *   change
 */

/**
 * @param {object} options
 * @param {() => string[]} options.ownAddresses where the document is found
 * @param {boolean} options.isListing whether it lists a folder
 * @param {{addresses: () => Set<string | null>, isIncomplete: () => boolean}} options.resources
 * @param {() => Updater[]} options.updaters the first that knows an address gets it
 * @param {() => void} options.reload
 * @returns {(changes: Change[]) => boolean} applies one batch; whether the page uses anything of it
 */
export function createChanges({ ownAddresses, isListing, resources, updaters, reload }) {
  let isGone = false;

  return (changes) => {
    // The last to be entered for an address has it: the first updater, resources only when none has.
    const owners = new Map();
    const helpers = updaters();
    for (const owner of [...helpers, resources].reverse()) {
      owner.addresses().forEach((address) => address && owners.set(address, owner));
    }
    const updates = new Map(helpers.map((updater) => [updater, new Map()]));
    let reloads = false;
    let isUsed = false;

    for (const change of changes) {
      const relation = relationOf(change, ownAddresses(), isListing);
      const touched = [...owners].filter(([address]) => covers(change, address));
      if (relation && relation !== 'listed') isGone = relation === 'gone';
      if (relation || (touched.length === 0 && resources.isIncomplete())) reloads = true;
      if (relation || touched.length > 0) isUsed = true;
      for (const [address, owner] of touched) {
        if (owner === resources) reloads = true;
        else updates.get(owner).set(address, change.kind);
      }
    }
    // While the document is not on disk a reload would only show that; its return is waited for.
    if (reloads && !isGone) reload();
    else updates.forEach((kinds, updater) => kinds.size > 0 && updater.update(kinds));
    return isUsed;
  };
}

// What the changed file is to the document at the addresses own; false when nothing.
function relationOf(change, own, isListing) {
  const { urls, kind } = change;
  const isDeleted = kind === 'deleted';
  const names = isDeleted ? own : own.flatMap(namesFor);
  if (names.some((name) => covers(change, name))) return isDeleted ? 'gone' : 'shown';
  const isChild = (url) => own.includes(url.replace(/[^/]+\/?$/, ''));
  return isListing && kind !== 'modified' && urls.some(isChild) && 'listed';
}

// A folder that comes or goes takes everything in it along.
function covers({ urls, kind }, address) {
  const isFolder = kind !== 'modified' && urls.every((url) => url.endsWith('/'));
  return urls.some((url) => url === address || (isFolder && address.startsWith(url)));
}

// Under which names a file may appear that the server would show at this address.
function namesFor(address) {
  const ends = address.endsWith('/') ? ['index.html', 'index.htm'] : ['.html', '/'];
  return [address, ...ends.map((end) => address + end)];
}
