/**
 * follow: brings the document itself up to date, in place where that is possible, else by a reload. First
 * the new document must be there: the server may be restarting, a build may have the file away.
 */

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;
// After so many answers that are no document the answer itself is what there is to see.
const MOST_REFUSALS = 8;

/**
 * @param {object} options
 * @param {() => boolean} options.canPatch
 * @param {(page: any) => Promise<boolean>} options.patch says whether the page is as it should be then
 * @param {(method: string) => Promise<{isThere: boolean, isRefused: boolean, page: any}>} options.ask for
 *   this address; page is what patch takes
 * @param {() => void} options.reload
 * @param {() => void} options.done called when the page is up to date without a reload
 * @param {(callback: () => void, ms: number) => void} options.later
 * @returns {{follow: (mustReload?: boolean) => void, stop: () => void, isCurrent: () => boolean}} stop: the
 *   document is gone, what is shown stays until it is back
 */
export function createFollow({ canPatch, patch, ask, reload, done, later }) {
	let isWanted = false;
	let isReload = false;
	let isRunning = false;
	let isStopped = false;
	let isLeft = false;

	async function run() {
		isRunning = true;
		let refusals = 0;
		for (let wait = FIRST_WAIT_MS; isWanted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
			isWanted = false;
			isReload ||= !canPatch();
			const { isThere, isRefused, page } = await ask(isReload ? 'HEAD' : 'GET');
			if (isRefused) refusals++;
			if (!isThere && refusals < MOST_REFUSALS) {
				isWanted = !isStopped;
				await new Promise((resolve) => later(resolve, wait));
			} else if (!isThere || isReload || !(await patch(page).catch(() => false))) {
				isWanted = false;
				isLeft = isReload = true;
				reload();
			}
		}
		isRunning = false;
		if (!isLeft && !isStopped) done();
	}

	return {
		follow(mustReload = false) {
			isStopped = false;
			isWanted = true;
			isReload ||= mustReload;
			if (!isRunning) run();
		},
		stop() {
			isStopped = true;
			isWanted = false;
		},
		isCurrent: () => !isRunning && !isLeft,
	};
}
