/** Sites of many kinds in Chromium, and what is around them: servers behind ours, editors, attackers. */

import { testAttackerIn } from './attacker.js';
import { testBackEnds } from './back_ends.js';
import { testBlockedSockets } from './blocked_sockets.js';
import { testDeveloperTools } from './developer_tools.js';
import { testDrafts } from './drafts.js';
import { testGameExports } from './game_exports.js';
import { testHosted } from './hosted.js';
import { testIncludes } from './includes.js';
import { testLanguages } from './languages.js';
import { testOldClients } from './old_clients.js';
import { testOptions } from './options.js';
import { testOwnPages } from './own_pages.js';
import { testPoints } from './points.js';
import { testPositions } from './positions.js';
import { testPrefix } from './prefix.js';
import { createTester } from './site.js';
import { testVhosts } from './vhosts.js';

const testSite = createTester('chromium');
testGameExports(testSite);
testHosted(testSite);
testOldClients(testSite);
testOptions(testSite);
testPrefix(testSite);
testOwnPages('chromium', testSite);
testBackEnds(testSite);
testBlockedSockets(testSite);
testIncludes(testSite);
testLanguages(testSite);
testVhosts(testSite);
testDrafts(testSite);
testPoints(testSite);
testPositions(testSite);
testAttackerIn('chromium');
testDeveloperTools();
