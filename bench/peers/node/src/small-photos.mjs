// What people do once the server has been killed a few times.
import os from 'node:os';
import sharp from 'sharp';
import { FaceEngine } from './face-engine.mjs';

const longestSide = 1024;

sharp.cache(false);
sharp.concurrency(1);

/** Decodes at 1024 pixels at most; a JPEG is shrunk while it is read. */
export async function decodeSmall(file) {
  const { data, info } = await sharp(file)
    .rotate()
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** One run at a time may use every core, and only one. */
export function loadEngine() {
  return FaceEngine.load({ intraOpNumThreads: os.availableParallelism(), interOpNumThreads: 1, executionMode: 'sequential' });
}
