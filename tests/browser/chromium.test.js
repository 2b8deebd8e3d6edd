import { testAttackerIn } from './attacker.js';
import { testFollowing } from './following.js';
import { testGuest } from './guest.js';
import { testOldClients } from './old_clients.js';
import { testOptions } from './options.js';
import { testPatches } from './patches.js';
import { testPrefix } from './prefix.js';
import { testRareFiles } from './rare_files.js';
import { testCachedScript, testRepairs, testStay } from './repairs.js';
import { testSaveAll } from './save_all.js';
import { createTester } from './site.js';
import { testSheets } from './sheets.js';
import { testFilledIn, testHomes, testState } from './state.js';
import { testStatePieces } from './state_pieces.js';
import { testTrouble } from './trouble.js';
import { testUpdates } from './updates.js';

const testSite = createTester('chromium');
testFollowing('chromium', testSite);
testUpdates(testSite);
testPatches(testSite);
testSheets(testSite);
testState(testSite);
testHomes(testSite);
// Firefox fills in fields by itself; what a script has put in cannot be told from that.
testFilledIn(testSite);
testStatePieces(testSite);
testGuest(testSite);
testTrouble('chromium', testSite);
testOldClients(testSite);
testOptions(testSite);
testPrefix(testSite);
testRepairs(testSite);
testCachedScript(testSite);
// Firefox does not show the newer document after a second question.
testStay(testSite);
testRareFiles(testSite);
testSaveAll(testSite);
testAttackerIn('chromium');
