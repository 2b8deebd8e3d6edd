/**
 * settings: liveserve reads the settings of a workspace and of a user from VS Code's own files. What is set elsewhere,
 * as in the user settings of another editor that is VS Code, or in a profile, is handed on as options.
 */
'use strict';

/** By key of liveServer.settings, the option, for values that are one number, one text or yes. */
const OPTIONS = {
  port: '--port',
  host: '--host',
  wait: '--wait',
  file: '--file',
  fullReload: '--full-reload',
  useLocalIp: '--lan',
};

/**
 * @typedef {{globalValue?: unknown, workspaceValue?: unknown, workspaceFolderValue?: unknown}} Inspected what VS Code
 *   says of one setting
 */

/**
 * @param {(key: string) => Inspected | undefined} inspect
 * @returns {string[]} the options for what only the user has set. They are stronger than files
 */
function argumentsOf(inspect) {
  return Object.entries(OPTIONS).flatMap(([key, option]) => {
    const { globalValue, workspaceValue, workspaceFolderValue } = inspect(key) ?? {};
    if (workspaceValue !== undefined || workspaceFolderValue !== undefined) return [];
    if (globalValue === true) return [option];
    const isValue = typeof globalValue === 'number' || typeof globalValue === 'string';
    return isValue && globalValue !== '' ? [`${option}=${globalValue}`] : [];
  });
}

/** The same for liveserve's own settings in VS Code, each of which is yes or no. */
const OWN_OPTIONS = {
  console: '--console',
  clickToSource: '--click-to-source',
  followCursor: '--follow-cursor',
};

/**
 * @param {(key: string) => unknown} get the setting of liveserve of that name
 * @returns {string[]} without what is off: then the settings files count
 */
function ownArgumentsOf(get) {
  return Object.entries(OWN_OPTIONS).flatMap(([key, option]) =>
    get(key) === true ? [option] : [],
  );
}

module.exports = { argumentsOf, ownArgumentsOf };
