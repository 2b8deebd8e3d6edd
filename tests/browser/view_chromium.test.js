import { testView } from '../view/page.js';

testView('chromium');
