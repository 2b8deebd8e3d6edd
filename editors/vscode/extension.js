/**
 * extension: what VS Code loads. lib/ does the work, and is given VS Code, so that it can be tested without it.
 */
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const vscode = require('vscode');
const { createLiveServer } = require('./lib/live_server');

/** @type {ReturnType<typeof createLiveServer> | undefined} */
let liveServer;

/** @param {string} file */
function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {import('vscode').ExtensionContext} context */
exports.activate = (context) => {
  liveServer = createLiveServer({ vscode, context, spawn, isProgram, env: process.env });
};

exports.deactivate = () => liveServer?.stopAll();
