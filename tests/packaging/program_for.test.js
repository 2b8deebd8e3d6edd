/** What the launcher of the npm package starts, and what it says where it can start nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programFor } from '../../packaging/npm/lib/program_for.js';

const PACKAGES = { '@liveserve/linux-x64': '1.0.0' };
const there = (path) => `/node_modules/${path}`;
const missing = () => {
  throw new Error('Cannot find module');
};

/** @type {any[][]} */
const rows = [
  ['linux', 'x64', there, { program: '/node_modules/@liveserve/linux-x64/bin/liveserve' }],
  ['linux', 'x64', missing, /npm has not installed @liveserve\/linux-x64\. Install again, with/],
  ['linux', 'riscv64', there, /^npm has no program for Linux on riscv64; build liveserve from/],
  ['darwin', 'arm64', there, /^it runs on Linux only; on macOS, run it in a Linux container/],
  ['win32', 'x64', there, /^it runs on Linux only; on Windows, run it in WSL/],
  ['freebsd', 'x64', there, /^it runs on Linux only; run it in a virtual machine\.$/],
];

for (const [platform, arch, resolve, expected] of rows) {
  test(`${platform} on ${arch}${resolve === missing ? ', not installed' : ''}`, () => {
    const found = programFor({ platform, arch }, PACKAGES, resolve);
    if (expected instanceof RegExp) {
      assert.match(found.problem, expected);
      assert.equal(found.program, undefined);
    } else assert.deepEqual(found, expected);
  });
}
