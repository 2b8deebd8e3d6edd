/**
 * status: keeps the status page up to date while somebody looks at it.
 */

import { createFollower } from './follower.js';

createFollower({
  read: async () => {
    const response = await fetch('state', { cache: 'no-store' });
    if (!response.ok) throw new Error(String(response.status));
    return response.text();
  },
  later: (act, ms) => setTimeout(act, ms),
  document,
});
