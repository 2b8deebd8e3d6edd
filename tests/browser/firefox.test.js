import { createTester } from './site.js';
import { testFollowing } from './following.js';

const testSite = createTester('firefox');
testFollowing('firefox', testSite);
