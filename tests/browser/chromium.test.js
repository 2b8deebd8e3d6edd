/** What a page shows in Chromium after a save. */

import { testFollowing } from './following.js';
import { testGuest } from './guest.js';
import { testPatches } from './patches.js';
import { testRareFiles } from './rare_files.js';
import { testCachedScript, testRepairs, testStay } from './repairs.js';
import { createTester } from './site.js';
import { testSheets } from './sheets.js';
import { testFilledIn, testHomes, testState } from './state.js';
import { testStatePieces } from './state_pieces.js';
import { testTrouble } from './trouble.js';
import { testUpdates } from './updates.js';
import { testWaiting } from './waiting.js';

const testSite = createTester('chromium');
testFollowing('chromium', testSite);
testUpdates(testSite);
testWaiting(testSite);
testPatches(testSite);
testSheets(testSite);
testState(testSite);
testHomes(testSite);
testFilledIn(testSite);
testStatePieces(testSite);
testGuest(testSite);
testTrouble('chromium', testSite);
testRepairs(testSite);
testCachedScript(testSite);
// Firefox does not show the newer document after a second question.
testStay(testSite);
testRareFiles(testSite);
