// node oracle.mjs TOKENIZERS.mjs INPUT.json OUTPUT.json
// INPUT: {unigram: vocab.json's path, wordpiece: [pieces], texts: [[UTF-16 units]]}; OUTPUT: {unigram: [[ids]], wordpiece: [[ids]], cased: [[ids]]}
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, input, output] = process.argv.slice(2);
const { Tokenizer } = await import(pathToFileURL(library));
const { unigram, wordpiece, texts } = JSON.parse(readFileSync(input, 'utf8'));

const unigramConfig = (path) => {
  let last = 0;
  const vocab = JSON.parse(readFileSync(path, 'utf8')).map(([piece, score], id) => {
    last = score ?? last;
    // The reserved ones never stand for text.
    return id > 0 && id < 6 ? [`\u{F0000}${id}`, last] : [piece, last];
  });
  return {
    model: { type: 'Unigram', unk_id: 0, vocab },
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
    pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [],
  };
};

const wordPieceConfig = (pieces, lowercase) => ({
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])) },
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: null, decoder: null, added_tokens: [],
});

const encode = (config) => {
  const tokenizer = new Tokenizer(config, {});
  return texts.map((units) => tokenizer.encode(String.fromCharCode(...units), { add_special_tokens: false }).ids);
};

writeFileSync(output, JSON.stringify({
  unigram: encode(unigramConfig(unigram)),
  wordpiece: encode(wordPieceConfig(wordpiece, true)),
  cased: encode(wordPieceConfig(wordpiece, false)),
}));
