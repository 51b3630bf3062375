// Makes the photo a phone would take: 12 megapixels, a JPEG of about two megabytes, the same bytes every time.
// node src/make-photo.mjs FROM.jpg TO.jpg
import { rename, writeFile } from 'node:fs/promises';
import sharp from 'sharp';

const width = 4000, height = 3000;
const quality = 87;
const smallest = 1.9e6, largest = 2.1e6;

const [from, to] = process.argv.slice(2);
if (!from || !to)
  throw new Error('usage: node src/make-photo.mjs FROM.jpg TO.jpg');

const clean = await sharp(from)
  .rotate()
  .resize(width, height, { fit: 'cover', position: 'top' })
  .removeAlpha()
  .raw()
  .toBuffer();

// An enlarged photo is smoother than one from a sensor: noise gives the encoder as much to keep.
let low = 0, high = 32, photo, amplitude;
do {
  amplitude = (low + high) / 2;
  photo = await sharp(withNoise(clean, amplitude), { raw: { width, height, channels: 3 } }).jpeg({ quality }).toBuffer();
  if (photo.length < smallest)
    low = amplitude;
  else
    high = amplitude;
} while ((photo.length < smallest || photo.length > largest) && high - low > 0.01);
if (photo.length < smallest || photo.length > largest)
  throw new Error(`no amount of noise makes ${from} a JPEG of two megabytes: ${photo.length} bytes`);

await writeFile(`${to}.new`, photo);
await rename(`${to}.new`, to);
console.log(JSON.stringify({ width, height, quality, bytes: photo.length, amplitude }));

function withNoise(pixels, amplitude) {
  const random = mulberry32(2026);
  const noisy = Buffer.allocUnsafe(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    const grain = (random() + random() - 1) * amplitude;
    for (let channel = i; channel < i + 3; channel++)
      noisy[channel] = Math.max(0, Math.min(255, Math.round(pixels[channel] + grain)));
  }
  return noisy;
}

/** A small seeded generator (Tommy Ettinger's mulberry32, public domain): numbers from 0 to below 1. */
function mulberry32(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
