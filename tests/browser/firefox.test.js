/** What a page shows in Firefox after a save. */

import { testFollowing } from './following.js';
import { testGuest } from './guest.js';
import { testPatches } from './patches.js';
import { testRareFiles } from './rare_files.js';
import { testRepairs } from './repairs.js';
import { createTester } from './site.js';
import { testSheets } from './sheets.js';
import { testFilledIn, testHomes, testState } from './state.js';
import { testStatePieces } from './state_pieces.js';
import { testTrouble } from './trouble.js';
import { testUpdates } from './updates.js';
import { testWaiting } from './waiting.js';

const testSite = createTester('firefox');
testFollowing('firefox', testSite);
testUpdates(testSite);
testWaiting(testSite);
testPatches(testSite);
testSheets(testSite);
testState(testSite);
testHomes(testSite);
testFilledIn(testSite);
testStatePieces(testSite);
testGuest(testSite);
testTrouble('firefox', testSite);
testRepairs(testSite);
testRareFiles(testSite);
