import { createTester } from './site.js';
import { testFollowing } from './following.js';
import { testOptions } from './options.js';

const testSite = createTester('firefox');
testFollowing('firefox', testSite);
testOptions(testSite);
