// Uploads a file with tus-js-client and prints the upload's address as its last line.
//   node upload.mjs ENDPOINT KEY FILE OPTIONS
// OPTIONS is JSON: those of tus-js-client; breakOffAfter: bytes after which it stops and a new upload goes on from the
// address; terminateAfter: bytes after which it is given up and terminated.
import { createReadStream, statSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const [endpoint, key, path, text] = process.argv.slice(2);
const { breakOffAfter, terminateAfter, ...options } = JSON.parse(text);

function run(more, stopAfter, terminate) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint,
      headers: { Authorization: `Bearer ${key}` },
      uploadSize: statSync(path).size,
      chunkSize: 64 * 1024 * 1024,
      retryDelays: [0, 100, 200, 500, 1000, 1000, 1000, 1000, 1000, 1000],
      ...options,
      ...more,
      onError: reject,
      onSuccess: () => resolve(upload.url),
      onChunkComplete: (_, accepted) => {
        if (stopAfter && accepted >= stopAfter) {
          stopAfter = undefined;
          upload.abort(terminate).then(() => resolve(upload.url), reject);
        }
      },
    });
    upload.start();
  });
}

let url = await run({}, terminateAfter ?? breakOffAfter, terminateAfter !== undefined);
if (breakOffAfter) url = await run({ uploadUrl: url });
console.log(url);
