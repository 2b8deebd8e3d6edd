import { testAttackerIn } from './attacker.js';
import { testFollowing } from './following.js';
import { testOldClients } from './old_clients.js';
import { testOptions } from './options.js';
import { createTester } from './site.js';
import { testSheets } from './sheets.js';
import { testState } from './state.js';
import { testTrouble } from './trouble.js';
import { testUpdates } from './updates.js';

const testSite = createTester('firefox');
testFollowing('firefox', testSite);
testUpdates(testSite);
testSheets(testSite);
testState(testSite);
testTrouble('firefox', testSite);
testOldClients(testSite);
testOptions(testSite);
testAttackerIn('firefox');
