/**
 * document_request: asks the server for the page's own document again.
 */

import { navigationOf } from '../page/world.js';

/**
 * Requests the page's own URL. GET brings the bytes of the document (inert_page.js).
 *
 * @param {import('../page/world.js').FullWindow} window
 * @param {string} method
 * @returns {Promise<import('../page/refresh.js').Answer>}
 */
export const requestDocument = (window, method) =>
  new Promise((resolve) => {
    const request = new window.XMLHttpRequest();
    request.open(method, window.location.href);
    request.setRequestHeader('Accept', 'text/html');
    request.responseType = 'arraybuffer';
    request.onloadend = () => {
      const { status } = request;
      // An error page may be edited, too. So the status with which this page came will do.
      const isUsual =
        status === 200 || (status > 0 && status === navigationOf(window)?.responseStatus);
      // A writer often empties the file first, but not for long.
      const isEmpty = request.getResponseHeader('content-length') === '0';
      resolve([isUsual && !isEmpty, isEmpty ? 2 : status && 1, request]);
    };
    request.send();
  });
