/** Many files that are saved at once, in Chromium. It has a program of its own because of the time that it takes. */

import { testSaveAll } from './save_all.js';
import { createTester } from './site.js';

testSaveAll(createTester('chromium'));
