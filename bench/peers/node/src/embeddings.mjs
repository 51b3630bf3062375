// The same embeddings as Headroom's, written with Express, onnxruntime-node and @huggingface/tokenizers: one run a request.
// SENTENCE_MODEL and SENTENCE_VOCABULARY name the converted model.onnx and its vocab.json.
import { readFileSync } from 'node:fs';
import express from 'express';
import ort from 'onnxruntime-node';
import { Tokenizer } from '@huggingface/tokenizers';

const maximumTokens = 128;

function loadTokenizer(path) {
  let last = 0;
  const vocab = JSON.parse(readFileSync(path, 'utf8')).map(([piece, score]) => [piece, last = score ?? last]);
  const normalizers = [{ type: 'NFKC' }, { type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }];
  return new Tokenizer({
    model: { type: 'Unigram', unk_id: 0, vocab },
    normalizer: { type: 'Sequence', normalizers },
    pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [],
  }, {});
}

const tokenizer = loadTokenizer(process.env.SENTENCE_VOCABULARY);
const session = await ort.InferenceSession.create(process.env.SENTENCE_MODEL);

async function embed(texts) {
  const encoded = texts.map(text => tokenizer.encode(text, { add_special_tokens: false }).ids.slice(0, maximumTokens));
  const length = Math.max(1, ...encoded.map(ids => ids.length));
  const ids = new BigInt64Array(texts.length * length);
  const mask = new Float32Array(texts.length * length);
  encoded.forEach((tokens, row) => tokens.forEach((token, column) => {
    ids[row * length + column] = BigInt(token);
    mask[row * length + column] = 1;
  }));
  const shape = [texts.length, length];
  const { sentence_embedding: output } = await session.run({
    input_ids: new ort.Tensor('int64', ids, shape),
    attention_mask: new ort.Tensor('float32', mask, shape),
  });
  const width = output.dims[1];
  return { vectors: texts.map((_, row) => output.data.slice(row * width, (row + 1) * width)), tokens: encoded.reduce((sum, tokens) => sum + tokens.length, 0) };
}

const app = express();
app.use(express.json({ limit: '2mb' }));

app.post('/v1/embeddings', async (request, response) => {
  const { input, encoding_format: format } = request.body;
  const { vectors, tokens } = await embed(Array.isArray(input) ? input : [input]);
  response.json({
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector] })),
    model: 'use-lite',
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
});

app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', problem => {
  if (problem)
    throw problem;
});
