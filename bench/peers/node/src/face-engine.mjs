import ort from 'onnxruntime-node';
import sharp from 'sharp';
import { alignFace, faceSize } from './alignment.mjs';
import { boxArea, decodeFaces, inputSize } from './retinaface.mjs';

/** The two models and what happens between them. A photo is `{data, width, height}`, RGB, eight bits a channel. */
export class FaceEngine {
  #detector;
  #embedder;

  static async load(sessionOptions = {}) {
    const engine = new FaceEngine();
    engine.#detector = await ort.InferenceSession.create(required('DETECTOR_MODEL'), sessionOptions);
    engine.#embedder = await ort.InferenceSession.create(required('EMBEDDER_MODEL'), sessionOptions);
    return engine;
  }

  /** Faces with boxes and landmarks in the photo's own pixels, best first. */
  async detect(photo) {
    const scale = inputSize / Math.max(photo.width, photo.height);
    const outputs = await this.#detector.run({ [this.#detector.inputNames[0]]: await letterbox(photo) });
    return decodeFaces(outputs).map(face => ({
      score: face.score,
      box: face.box.map(value => value / scale),
      landmarks: face.landmarks.map(([x, y]) => [x / scale, y / scale]),
    }));
  }

  /** The largest face's embedding, 512 numbers of length one; null when there is no face. */
  async embed(photo) {
    const faces = await this.detect(photo);
    if (faces.length === 0)
      return null;
    const largest = faces.reduce((best, face) => boxArea(face.box) > boxArea(best.box) ? face : best);
    const input = new ort.Tensor('float32', alignFace(photo, largest.landmarks), [1, 3, faceSize, faceSize]);
    const outputs = await this.#embedder.run({ [this.#embedder.inputNames[0]]: input });
    return normalise(outputs[this.#embedder.outputNames[0]].data);
  }
}

async function letterbox({ data, width, height }) {
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(inputSize, inputSize, { fit: 'contain', position: 'left top', background: 'black', kernel: 'linear' })
    .raw()
    .toBuffer();
  const plane = inputSize * inputSize;
  const tensor = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    tensor[i] = pixels[i * 3];
    tensor[plane + i] = pixels[i * 3 + 1];
    tensor[2 * plane + i] = pixels[i * 3 + 2];
  }
  return new ort.Tensor('float32', tensor, [1, 3, inputSize, inputSize]);
}

function normalise(vector) {
  const length = Math.hypot(...vector);
  return vector.map(value => value / length);
}

function required(name) {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: give the path of the model file`);
  return value;
}
