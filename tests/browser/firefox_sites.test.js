/** Sites of many kinds in Firefox, and what is around them: servers behind ours, editors, attackers. */

import { testAttackerIn } from './attacker.js';
import { testBackEnds } from './back_ends.js';
import { testBlockedSockets } from './blocked_sockets.js';
import { testDrafts } from './drafts.js';
import { testGameExports } from './game_exports.js';
import { testIncludes } from './includes.js';
import { testOldClients } from './old_clients.js';
import { testOptions } from './options.js';
import { testOwnPages } from './own_pages.js';
import { testPoints } from './points.js';
import { testPositions } from './positions.js';
import { testPrefix } from './prefix.js';
import { createTester } from './site.js';

const testSite = createTester('firefox');
testGameExports(testSite);
testOldClients(testSite);
testOptions(testSite);
testPrefix(testSite);
testOwnPages('firefox', testSite);
testBackEnds(testSite);
testBlockedSockets(testSite);
testIncludes(testSite);
testDrafts(testSite);
testPoints(testSite);
testPositions(testSite);
testAttackerIn('firefox');
