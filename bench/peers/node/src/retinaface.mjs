// RetinaFace (arXiv:1905.00641), mobilenet 0.25 export: nine outputs, three a stride, two anchors a cell.

export const inputSize = 640;

const levels = [
  { stride: 32, scales: [32, 16] },
  { stride: 16, scales: [8, 4] },
  { stride: 8, scales: [2, 1] },
];
const baseAnchor = 16;
const landmarkFactor = 0.18181818;

/**
 * Faces in the pixels of the 640×640 input, best first.
 * @param {Record<string, {data: Float32Array}>} outputs what the session answered
 */
export function decodeFaces(outputs, minimumScore = 0.5, overlap = 0.4) {
  const candidates = [];
  for (const { stride, scales } of levels) {
    const scores = outputs[`face_rpn_cls_prob_reshape_stride${stride}`].data;
    const boxes = outputs[`face_rpn_bbox_pred_stride${stride}`].data;
    const points = outputs[`face_rpn_landmark_pred_stride${stride}`].data;
    const cells = inputSize / stride;
    const plane = cells * cells;
    for (let anchor = 0; anchor < scales.length; anchor++) {
      const size = baseAnchor * scales[anchor];
      for (let cell = 0; cell < plane; cell++) {
        const score = scores[(scales.length + anchor) * plane + cell];
        if (score < minimumScore)
          continue;
        const centreX = (cell % cells) * stride + (baseAnchor - 1) / 2;
        const centreY = Math.floor(cell / cells) * stride + (baseAnchor - 1) / 2;
        const delta = i => boxes[(anchor * 4 + i) * plane + cell];
        const x = centreX + delta(0) * size;
        const y = centreY + delta(1) * size;
        const halfWidth = (Math.exp(delta(2)) * size - 1) / 2;
        const halfHeight = (Math.exp(delta(3)) * size - 1) / 2;
        const reach = (size - 1) * landmarkFactor + 1;
        const landmarks = [];
        for (let i = 0; i < 5; i++)
          landmarks.push([
            centreX + points[(anchor * 10 + i * 2) * plane + cell] * reach,
            centreY + points[(anchor * 10 + i * 2 + 1) * plane + cell] * reach,
          ]);
        candidates.push({ score, box: [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], landmarks });
      }
    }
  }
  return suppress(candidates, overlap);
}

function suppress(candidates, overlap) {
  const kept = [];
  for (const face of candidates.sort((a, b) => b.score - a.score))
    if (kept.every(other => intersectionOverUnion(face.box, other.box) <= overlap))
      kept.push(face);
  return kept;
}

function intersectionOverUnion(a, b) {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0)
    return 0;
  return (width * height) / (boxArea(a) + boxArea(b) - width * height);
}

export function boxArea([left, top, right, bottom]) {
  return (right - left) * (bottom - top);
}
