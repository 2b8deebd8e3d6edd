/**
 * report_queue: holds what was captured until it can be reported. The part that reports (error_report.js)
 * is loaded only when there is something to report and a connection.
 */

import { quietly } from '../page/quietly.js';

/**
 * @typedef {import('./capture.js').Captured} Captured
 *
 * @typedef {object} ReportQueue
 * @property {(captured: Captured) => void} add
 * @property {() => void} flush reports what waits, when there is a connection
 */

/**
 * @param {() => Promise<any>} load gives the module that has reportAll
 * @param {object} options those of reportAll
 * @param {(message?: object) => boolean} options.send returns whether there is a connection
 * @param {string} options.origin
 * @param {import('../page/world.js').Later} options.later
 * @param {import('./badge.js').Note} options.note
 * @returns {ReportQueue}
 */
export function createReportQueue(load, options) {
  /** @type {(Captured | false)[]} */
  const waiting = [];
  /** @type {import('./error_report.js').ErrorReport | undefined} */
  let report;

  const flush = () =>
    quietly(async () => {
      if (!options.send() || !(waiting[0] || report)) return;
      report = (await load()).reportAll(options, waiting, report);
    });

  return {
    add(captured) {
      // Of more than these it is only known how many they were.
      const MOST_WAITING = 200;
      waiting.push(waiting.length < MOST_WAITING && captured);
      flush();
    },
    flush,
  };
}
