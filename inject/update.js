/**
 * update: what is only needed once something changes; client asks for it then.
 */

import { createAssets } from './page/assets.js';
import { restore, save } from './page/form_state.js';
import { createPatch } from './page/patch.js';

export { createTrouble } from './report/error_report.js';

function loadImage(url) {
	const image = new Image();
	image.src = url;
	return image.decode();
}

const loadFont = (url) => new FontFace('liveserve', `url(${JSON.stringify(url)})`).load();

/**
 * @param {object} options those of assets and patch but for what is made here
 * @returns {{assets: object, patch: (next: Document) => Promise<boolean>, save: () => object | null,
 *   restore: (saved: object) => void}} patch only when there is a snapshot
 */
export function createUpdate(options) {
	const { document, snapshot } = options;
	const assets = createAssets({ ...options, loadImage, loadFont });
	const patch = snapshot && createPatch({ ...options, changed: assets.renew });
	return {
		assets,
		patch,
		save: () => save(document),
		restore: (saved) => restore(saved, document, window),
	};
}
