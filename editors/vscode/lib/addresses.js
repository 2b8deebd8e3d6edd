/**
 * addresses: the URL that shows a file or a folder.
 */
'use strict';

const path = require('node:path');

const PAGE = /\.(html?|xhtml|shtml|svg|php)$/i;

/** A URL's path has "/" between names, and everything else that means something there is encoded. @param {string} name */
const encode = (name) => name.split(path.sep).map(encodeURIComponent).join('/');

/**
 * @param {string} url of the site, with a slash at its end
 * @param {string} root the served folder
 * @param {{file: string, isFolder: boolean} | null} wanted what the user has chosen; null: nothing
 * @returns {string} of the page to open: that of the site when what is wanted is no page, or lies elsewhere
 */
function addressOf(url, root, wanted) {
  if (!wanted || !(wanted.isFolder || PAGE.test(wanted.file))) return url;
  const name = path.relative(root, wanted.file);
  const isInside = name === '' || (!name.startsWith('..') && !path.isAbsolute(name));
  if (!isInside) return url;
  return `${url}${encode(name)}${wanted.isFolder && name ? '/' : ''}`;
}

/**
 * Whether file is folder or lies in it, by their names.
 *
 * @param {string} folder
 * @param {string} file
 */
function isBelow(folder, file) {
  const name = path.relative(folder, file);
  return (
    name === '' || (name !== '..' && !name.startsWith(`..${path.sep}`) && !path.isAbsolute(name))
  );
}

module.exports = { addressOf, isBelow };
