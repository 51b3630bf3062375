// Compares what this peer sees with what an independent implementation computed.
// node src/check.mjs REFERENCE.json PHOTOS [full|small]
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { FaceEngine } from './face-engine.mjs';
import { decodeSmall } from './small-photos.mjs';
import { cosine } from './staff.mjs';

// A photo aligned at 1024 pixels keeps less of its sharpness than the reference, which aligns at full size.
const cosineTolerance = { full: 0.03, small: 0.08 };

const [referencePath, photosRoot, size = 'full'] = process.argv.slice(2);
if (!referencePath || !photosRoot || !cosineTolerance[size])
  throw new Error('usage: node src/check.mjs REFERENCE.json PHOTOS [full|small]');

async function decodeFull(file) {
  const { data, info } = await sharp(file).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const reference = JSON.parse(await readFile(referencePath, 'utf8'));
const engine = await FaceEngine.load();
const decode = size === 'small' ? decodeSmall : decodeFull;
let worstBox = 0, wrongCounts = 0;
const embeddings = [];
for (const expected of reference.photos) {
  const photo = await decode(await readFile(path.join(photosRoot, expected.photo)));
  const scale = expected.width / photo.width;
  const faces = await engine.detect(photo);
  if (faces.length !== expected.faces.length) {
    wrongCounts++;
    console.log(`${expected.photo}: ${faces.length} faces, not ${expected.faces.length}`);
  }
  for (const { box } of expected.faces) {
    const faceWidth = box[2] - box[0];
    const off = faces.map(face => Math.max(...face.box.map((value, i) => Math.abs(value * scale - box[i]))) / faceWidth);
    worstBox = Math.max(worstBox, Math.min(...off));
  }
  embeddings.push(await engine.embed(photo));
}
let worstCosine = 0;
reference.cosine.forEach((row, i) => row.forEach((expected, j) => {
  const off = Math.abs(cosine(embeddings[i], embeddings[j]) - expected);
  if (off > worstCosine)
    worstCosine = off;
}));
console.log(`${size}: ${embeddings.length} photos, ${wrongCounts} with another number of faces; boxes within ${(worstBox * 100).toFixed(2)} % of the face's width; cosines within ${worstCosine.toFixed(4)}`);
process.exitCode = wrongCounts === 0 && worstBox <= 0.03 && worstCosine <= cosineTolerance[size] ? 0 : 1;
