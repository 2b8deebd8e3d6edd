/**
 * program: which liveserve is run. A folder that the user does not trust has no say in it.
 */
'use strict';

const path = require('node:path');

const HOW_TO_GET =
  'liveserve was not found. Install it with "npm install --global liveserve" or as its manual says, or set ' +
  '"liveserve.path" in your user settings.';

/**
 * @typedef {object} Search
 * @property {string} setting liveserve.path of the user's own settings; "" when it is not set
 * @property {string} searchPath the environment's PATH
 * @property {string | null} folder the folder to serve, if the user trusts it
 * @property {(file: string) => boolean} isProgram whether there is such a file that can be run
 */

/**
 * @param {Search} search
 * @returns {{file: string} | {error: string}} an absolute path; or one sentence that says what to do
 */
function findProgram({ setting, searchPath, folder, isProgram }) {
  if (setting) {
    if (path.isAbsolute(setting) && isProgram(setting)) return { file: setting };
    return {
      error: `"liveserve.path" names "${setting}", which is no program; give its absolute path.`,
    };
  }
  // A relative folder in PATH, as ".", would be one of the workspace.
  const folders = searchPath.split(path.delimiter).filter((one) => path.isAbsolute(one));
  if (folder) folders.push(path.join(folder, 'node_modules', '.bin'));
  const file = folders.map((one) => path.join(one, 'liveserve')).find(isProgram);
  return file ? { file } : { error: HOW_TO_GET };
}

module.exports = { findProgram, HOW_TO_GET };
