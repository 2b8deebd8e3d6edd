/**
 * certificate: keys and certificates for tests, made by openssl(1).
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { makeSite } from './server.js';

/** @param {string[]} args */
function openssl(...args) {
  const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  assert.ifError(error);
  assert.equal(status, 0, stderr);
}

/** A folder with cert.pem, key.pem, locked.pem (the same key behind the passphrase "open") and other.pem. */
export function makeCertificate() {
  const folder = makeSite();
  const [cert, key, locked, other] = ['cert', 'key', 'locked', 'other'].map((name) =>
    folder.path(`${name}.pem`),
  );
  const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  openssl('genpkey', ...curve, '-out', key);
  openssl('genpkey', ...curve, '-out', other);
  openssl('pkey', '-in', key, '-aes256', '-passout', 'pass:open', '-out', locked);
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  openssl(
    'req',
    '-x509',
    '-key',
    key,
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    names,
    '-out',
    cert,
  );
  return { folder, cert, key, locked, other };
}
