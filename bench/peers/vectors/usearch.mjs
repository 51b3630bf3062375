// usearch (HNSW) over the same vectors, in a precision of its own: «build ROWS INDEX i8|f16» or «view QUERIES INDEX i8|f16 EXPANSION».
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { Index, MetricKind } from 'usearch';

const dimensions = 512;
const limit = 10;
const rounds = 5;
const [verb, input, saved, quantization, expansion] = process.argv.slice(2);
const index = new Index({ dimensions, metric: MetricKind.IP, quantization, expansion_search: Number(expansion ?? 0) });

if (verb === 'build') {
  const batch = 2000;
  const rowBytes = dimensions * 4;
  const count = statSync(input).size / rowBytes;
  const file = openSync(input, 'r');
  const buffer = new Float32Array(batch * dimensions);
  for (let first = 0; first < count; first += batch) {
    const rows = Math.min(batch, count - first);
    readSync(file, buffer, 0, rows * rowBytes, first * rowBytes);
    index.add(BigUint64Array.from({ length: rows }, (_, i) => BigInt(first + i)), buffer.subarray(0, rows * dimensions));
  }
  closeSync(file);
  index.save(saved);
} else {
  const bytes = readFileSync(input);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const queries = Array.from({ length: all.length / dimensions }, (_, i) => all.slice(i * dimensions, (i + 1) * dimensions));
  const timed = (work) => {
    const started = performance.now();
    work();
    return performance.now() - started;
  };
  const open = timed(() => index.view(saved));
  const first = timed(() => index.search(queries[0], limit, 1));
  const found = queries.map((query) => Array.from(index.search(query, limit, 1).keys, Number));
  const best = Array.from({ length: rounds }, () => {
    const times = queries.map((query) => timed(() => index.search(query, limit, 1))).sort((a, b) => a - b);
    return { median: times[times.length >> 1], slowest: times[Math.floor(times.length * 0.99)] };
  }).sort((a, b) => a.median - b.median)[0];
  console.log(JSON.stringify({ Open: open, First: first, Median: best.median, Slowest: best.slowest, SingleThreaded: best.median, Found: found }));
}
