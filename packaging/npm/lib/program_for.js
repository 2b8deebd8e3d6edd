/**
 * program_for: where the program of this machine is, or one sentence that says what to do. npm has installed only the
 * package whose "os", "cpu" and "libc" are those of the machine.
 */

/** What to do on systems that have no inotify, on which liveserve is built. @type {Record<string, string>} */
const ELSEWHERE = {
  darwin: 'on macOS, run it in a Linux container, such as Docker, with the folder mounted',
  win32: 'on Windows, run it in WSL, with the site in a folder of WSL',
};

/** The oldest glibc that the programs for it run with. */
const OLDEST_GLIBC = [2, 34];

/** @param {string | undefined} version of glibc; without one, the C library is another */
function hasGlibc(version) {
  const [major, minor] = (version ?? '0.0').split('.').map(Number);
  return major > OLDEST_GLIBC[0] || (major === OLDEST_GLIBC[0] && minor >= OLDEST_GLIBC[1]);
}

/**
 * The packages whose program runs on this machine, the best first: the one for musl has its C library inside, so it
 * runs everywhere, but with glibc the other one knows more ways to look up names.
 *
 * @param {string} arch
 * @param {string | undefined} glibc
 */
function candidates(arch, glibc) {
  const name = `@liveserve/linux-${arch}`;
  return hasGlibc(glibc) ? [name, `${name}-musl`] : [`${name}-musl`];
}

/**
 * @param {{platform: string, arch: string, glibc?: string}} machine in Node's words; and the version of glibc, if any
 * @param {Record<string, string>} packages the names of the packages that have a program
 * @param {(path: string) => string} resolve finds a file of a package, or throws
 * @returns {{program?: string, problem?: string}} one of both
 */
export function programFor({ platform, arch, glibc }, packages, resolve) {
  if (platform !== 'linux')
    return {
      problem: `it runs on Linux only; ${ELSEWHERE[platform] ?? 'run it in a virtual machine'}.`,
    };
  const names = candidates(arch, glibc).filter((name) => name in packages);
  if (!names.length)
    return {
      problem: `npm has no program for Linux on ${arch}; build liveserve from its source there.`,
    };
  for (const name of names) {
    try {
      return { program: resolve(`${name}/bin/liveserve`) };
    } catch {
      // The next one may be there.
    }
  }
  return {
    problem:
      `its program is missing: npm has not installed ${names[0]}. Install again, with optional dependencies and ` +
      'without a node_modules of another system.',
  };
}
