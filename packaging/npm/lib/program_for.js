/**
 * program_for: where the program of this machine is, or one sentence that says what to do. npm has installed only the
 * package whose "os", "cpu" and "libc" are those of the machine.
 */

/** What to do on systems that have no inotify, on which liveserve is built. @type {Record<string, string>} */
const ELSEWHERE = {
  darwin: 'on macOS, run it in a Linux container, such as Docker, with the folder mounted',
  win32: 'on Windows, run it in WSL, with the site in a folder of WSL',
};

/**
 * @param {{platform: string, arch: string}} machine in Node's words
 * @param {Record<string, string>} packages the names of the packages that have a program
 * @param {(path: string) => string} resolve finds a file of a package, or throws
 * @returns {{program?: string, problem?: string}} one of both
 */
export function programFor({ platform, arch }, packages, resolve) {
  if (platform !== 'linux')
    return {
      problem: `it runs on Linux only; ${ELSEWHERE[platform] ?? 'run it in a virtual machine'}.`,
    };
  const name = `@liveserve/linux-${arch}`;
  if (!(name in packages))
    return {
      problem: `npm has no program for Linux on ${arch}; build liveserve from its source there.`,
    };
  try {
    return { program: resolve(`${name}/bin/liveserve`) };
  } catch {
    return {
      problem:
        `its program is missing: npm has not installed ${name}. Install again, with optional dependencies and ` +
        'without a node_modules of another system; where there is no glibc, as on Alpine, build it from its source.',
    };
  }
}
