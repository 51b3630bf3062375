export const faceSize = 112;

// Where ArcFace's training put the eyes, the nose and the corners of the mouth (arXiv:1801.07698).
const template = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];

/**
 * Cuts a face out of RGB pixels as a [1,3,112,112] tensor's data, (x − 127) / 128, after the similarity transform
 * that brings its five landmarks closest to the template (Umeyama 1991, two dimensions, no reflection).
 */
export function alignFace({ data, width, height }, landmarks) {
  const { a, b, x, y } = inverse(similarity(landmarks, template));
  const plane = faceSize * faceSize;
  const tensor = new Float32Array(3 * plane);
  for (let row = 0; row < faceSize; row++)
    for (let column = 0; column < faceSize; column++) {
      const sourceX = a * column - b * row + x;
      const sourceY = b * column + a * row + y;
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const toRight = sourceX - left;
      const toBottom = sourceY - top;
      for (let channel = 0; channel < 3; channel++) {
        const at = (px, py) => px < 0 || py < 0 || px >= width || py >= height ? 0 : data[(py * width + px) * 3 + channel];
        const above = at(left, top) * (1 - toRight) + at(left + 1, top) * toRight;
        const below = at(left, top + 1) * (1 - toRight) + at(left + 1, top + 1) * toRight;
        tensor[channel * plane + row * faceSize + column] = (above * (1 - toBottom) + below * toBottom - 127) / 128;
      }
    }
  return tensor;
}

/** The rotation, scale and shift with the least squared distance from `from` to `to`: to = [a −b; b a]·from + (x, y). */
function similarity(from, to) {
  const [fromX, fromY] = mean(from);
  const [toX, toY] = mean(to);
  let cosine = 0, sine = 0, spread = 0;
  from.forEach(([px, py], i) => {
    const [ux, uy] = [px - fromX, py - fromY];
    const [vx, vy] = [to[i][0] - toX, to[i][1] - toY];
    cosine += ux * vx + uy * vy;
    sine += ux * vy - uy * vx;
    spread += ux * ux + uy * uy;
  });
  const a = cosine / spread;
  const b = sine / spread;
  return { a, b, x: toX - a * fromX + b * fromY, y: toY - b * fromX - a * fromY };
}

function inverse({ a, b, x, y }) {
  const square = a * a + b * b;
  return { a: a / square, b: -b / square, x: -(a * x + b * y) / square, y: (b * x - a * y) / square };
}

function mean(points) {
  return [0, 1].map(axis => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}
