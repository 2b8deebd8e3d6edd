/**
 * addresses: addresses of IPv4 and IPv6 as numbers, so that they can be compared, also with a network.
 */

/** @param {string} text @returns {bigint | null} */
export function readIpv4(text) {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** @param {string} text groups with colons between @returns {bigint[] | null} */
function readGroups(text) {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => BigInt(`0x${group}`))
    : null;
}

/** @param {string} text @returns {bigint | null} */
export function readIpv6(text) {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(readGroups);
  if (!head || (halves.length === 2 && !tail)) return null;
  const rest = tail ?? [];
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array(missing).fill(0n), ...rest];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/**
 * Reads an address, or a network as 127.0.0.0/8.
 *
 * @param {string} text
 * @param {'ipv4' | 'ipv6'} kind
 * @returns {{value: bigint, shift: bigint} | null} shift: how many of the last bits do not count
 */
export function readNetwork(text, kind) {
  const [address, prefix, ...more] = text.split('/');
  const width = kind === 'ipv4' ? 32 : 128;
  const value = kind === 'ipv4' ? readIpv4(address) : readIpv6(address);
  const length = prefix === undefined ? width : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (value === null || more.length > 0 || !(length <= width)) return null;
  return { value, shift: BigInt(width - length) };
}
