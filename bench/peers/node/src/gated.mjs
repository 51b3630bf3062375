// The tuned server with its queue moved in front of the body parser, so that who waits has not been read yet.
import { startServer } from './app.mjs';
import { OneAtATime } from './one-at-a-time.mjs';
import { decodeSmall, loadEngine } from './small-photos.mjs';

const queue = new OneAtATime();

function admit(request, response, next) {
  queue.run(() => new Promise(done => {
    if (response.closed)
      return done();
    response.once('close', done);
    next();
  }));
}

startServer({ engine: await loadEngine(), decode: decodeSmall, admit });
