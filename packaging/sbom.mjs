/**
 * sbom.mjs VERSION EPOCH FROM_DISTRIBUTION: prints an SPDX document of the self-contained programs: what is inside, in which
 * version, under which licence. licences.tsv names the parts; sources.sha256 has the versions of those that are built from
 * source packages, the file FROM_DISTRIBUTION those of the others. EPOCH is the time of the commit, in seconds.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';

const here = new URL('.', import.meta.url);
/** @param {string | URL} file */
const lines = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

const [version, epoch, fromDistribution] = process.argv.slice(2);

/** The versions of Debian's source packages, by their names. @type {Map<string, string>} */
const versions = new Map(
  lines(fromDistribution).map((line) => /** @type {[string, string]} */ (line.split(' '))),
);
for (const line of lines(new URL('sources.sha256', here))) {
  const [, name, found] = / {2}([^_]+)_(.+?)(?:\.dsc|\.orig\.tar\..*)$/.exec(line) ?? [];
  // The name of the .dsc file has the whole version.
  if (name && (line.endsWith('.dsc') || !versions.has(name))) versions.set(name, found);
}

const libraries = lines(new URL('licences.tsv', here)).flatMap((line) => {
  const [source, name, licence] = line.split('\t');
  const found = versions.get(source);
  if (!found && source === 'musl') return []; // No program for musl was made.
  if (!found) throw new Error(`sbom: nothing says which version of ${source} is in the program`);
  return [{ source, name, licence, version: found }];
});

/** @param {(typeof libraries)[number]} library */
const packageOf = ({ source, name, licence, version: found }) => ({
  SPDXID: `SPDXRef-${source}`,
  name,
  versionInfo: found,
  supplier: 'Organization: Debian',
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: licence,
  licenseDeclared: licence,
  copyrightText: 'NOASSERTION',
  externalRefs: [
    {
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator: `pkg:deb/debian/${source}@${encodeURIComponent(found)}?arch=source`,
    },
  ],
});

const packages = [
  {
    SPDXID: 'SPDXRef-liveserve',
    name: 'liveserve',
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'MIT',
    licenseDeclared: 'MIT',
    copyrightText: 'Copyright (c) 2026 the liveserve authors',
    primaryPackagePurpose: 'APPLICATION',
  },
  ...libraries.map(packageOf),
];
const relationships = [
  {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: 'SPDXRef-liveserve',
  },
  ...libraries.map(({ source }) => ({
    spdxElementId: 'SPDXRef-liveserve',
    relationshipType: 'STATIC_LINK',
    relatedSpdxElement: `SPDXRef-${source}`,
  })),
];
const content = createHash('sha256').update(JSON.stringify(packages)).digest('hex');

const document = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: `liveserve-${version}`,
  // A name that no other document has; there need not be anything at it.
  documentNamespace: `https://spdx.org/spdxdocs/liveserve-${version}-${content}`,
  creationInfo: {
    created: new Date(Number(epoch) * 1000).toISOString().replace('.000', ''),
    creators: ['Tool: liveserve packaging/sbom.mjs'],
  },
  packages,
  relationships,
};
console.log(JSON.stringify(document, null, 2));
