// As it is usually written: every request at once, the photo decoded at its full resolution.
import sharp from 'sharp';
import { startServer } from './app.mjs';
import { FaceEngine } from './face-engine.mjs';

async function decode(file) {
  const { data, info } = await sharp(file).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

startServer({ engine: await FaceEngine.load(), decode });
