// With the usual remedies: a small decode, and a queue of one around the work.
import { startServer } from './app.mjs';
import { OneAtATime } from './one-at-a-time.mjs';
import { decodeSmall, loadEngine } from './small-photos.mjs';

const queue = new OneAtATime();

startServer({ engine: await loadEngine(), decode: decodeSmall, schedule: work => queue.run(work) });
