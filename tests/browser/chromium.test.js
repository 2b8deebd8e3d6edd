import { testIn } from './suite.js';

testIn('chromium');
