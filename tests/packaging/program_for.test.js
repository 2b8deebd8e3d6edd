/** What the launcher of the npm package starts, and what it says where it can start nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programFor } from '../../packaging/npm/lib/program_for.js';

const PACKAGES = { '@liveserve/linux-x64': '1.0.0', '@liveserve/linux-x64-musl': '1.0.0' };
const there = (path) => `/node_modules/${path}`;
const missing = () => {
  throw new Error('Cannot find module');
};
/** As if only packages for musl, or only those for glibc, were installed. */
const onlyMusl = (path) => (path.includes('-musl/') ? there(path) : missing());
const onlyGlibc = (path) => (path.includes('-musl/') ? missing() : there(path));
const GLIBC = { program: there('@liveserve/linux-x64/bin/liveserve') };
const MUSL = { program: there('@liveserve/linux-x64-musl/bin/liveserve') };

/** @type {any[][]} */
const rows = [
  ['linux', 'x64', '2.36', there, GLIBC],
  ['linux', 'x64', '2.34', onlyGlibc, GLIBC],
  ['linux', 'x64', '3.0', there, GLIBC],
  ['linux', 'x64', '2.36', onlyMusl, MUSL],
  ['linux', 'x64', '2.33', there, MUSL],
  ['linux', 'x64', '1.99', there, MUSL],
  ['linux', 'x64', undefined, there, MUSL],
  ['linux', 'x64', undefined, onlyGlibc, /not installed @liveserve\/linux-x64-musl\. Install/],
  ['linux', 'x64', '2.31', onlyGlibc, /not installed @liveserve\/linux-x64-musl\. Install/],
  [
    'linux',
    'x64',
    '2.36',
    missing,
    /npm has not installed @liveserve\/linux-x64\. Install again, with/,
  ],
  [
    'linux',
    'riscv64',
    '2.36',
    there,
    /^npm has no program for Linux on riscv64; build liveserve from/,
  ],
  [
    'linux',
    'arm64',
    undefined,
    there,
    /^npm has no program for Linux on arm64; build liveserve from/,
  ],
  [
    'darwin',
    'arm64',
    undefined,
    there,
    /^it runs on Linux only; on macOS, run it in a Linux container/,
  ],
  ['win32', 'x64', undefined, there, /^it runs on Linux only; on Windows, run it in WSL/],
  ['freebsd', 'x64', undefined, there, /^it runs on Linux only; run it in a virtual machine\.$/],
];

for (const [platform, arch, glibc, resolve, expected] of rows) {
  const how = glibc ? `, glibc ${glibc}` : '';
  test(`${platform} on ${arch}${how}, ${resolve.name}`, () => {
    const found = programFor({ platform, arch, glibc }, PACKAGES, resolve);
    if (expected instanceof RegExp) {
      assert.match(found.problem, expected);
      assert.equal(found.program, undefined);
    } else assert.deepEqual(found, expected);
  });
}
