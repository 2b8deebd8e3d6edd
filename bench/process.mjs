/**
 * process: what the kernel knows about a running program.
 */
import fs from 'node:fs';

const read = (/** @type {number} */ pid, /** @type {string} */ name) =>
  fs.readFileSync(`/proc/${pid}/${name}`, 'utf8');

/**
 * One of the sizes in its status, in MiB.
 *
 * @param {number} pid
 * @param {string} key VmRSS, VmHWM, RssAnon ...
 */
export function memory(pid, key) {
  return Number(read(pid, 'status').match(new RegExp(`^${key}:\\s+(\\d+)`, 'm'))[1]) / 1024;
}

/**
 * What a program and all that it has started take, in MiB: a page that several have counts for each in part (PSS).
 *
 * @param {number} pid
 * @returns {number}
 */
export function treeMemory(pid) {
  const own = Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))[1]) / 1024;
  const children = fs
    .readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => read(pid, `task/${task}/children`).split(' ').filter(Boolean));
  return children.reduce((sum, child) => sum + treeMemory(Number(child)), own);
}

/** From now on VmHWM is the maximum since now. */
export const forgetPeak = (/** @type {number} */ pid) =>
  fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');

/**
 * What all its threads have used so far: microseconds of processor, and how often they were woken.
 *
 * @param {number} pid
 */
export function used(pid) {
  let processor = 0;
  let wakeUps = 0;
  for (const task of fs.readdirSync(`/proc/${pid}/task`)) {
    processor += Number(read(pid, `task/${task}/schedstat`).split(' ')[0]) / 1000;
    wakeUps += Number(
      read(pid, `task/${task}/status`).match(/^voluntary_ctxt_switches:\s+(\d+)/m)[1],
    );
  }
  return { processor, wakeUps };
}

/**
 * How many folders and files it watches through inotify.
 *
 * @param {number} pid
 */
export function watches(pid) {
  const descriptors = fs.readdirSync(`/proc/${pid}/fdinfo`).map((fd) => read(pid, `fdinfo/${fd}`));
  return descriptors.join('').match(/^inotify wd:/gm)?.length ?? 0;
}
