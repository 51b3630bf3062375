namespace Headroom.Search.Tokenizing;

/// <summary>
/// BERT's tokenizer: control characters go, ideographs and punctuation are words of their own, optionally lower case
/// without accents, then the longest pieces of each word, between [CLS] and [SEP].
/// </summary>
/// <param name="vocabulary">The pieces.</param>
/// <param name="tables">The character database.</param>
/// <param name="lowercase">Lower case, and no accents: for the models that are called «uncased».</param>
/// <param name="maxTokens">Most ids of a text, [CLS] and [SEP] included; at least 2.</param>
internal sealed class WordPieceTokenizer(WordPieceVocabulary vocabulary, UnicodeTables tables, bool lowercase, int maxTokens) : ITokenizer
{
    public int LargestId => vocabulary.Count - 1;

    public int[] Encode(ReadOnlySpan<char> text)
    {
        var words = new WordPieceWords(vocabulary, maxTokens);
        var decomposing = lowercase
            ? new NormalizingStream(tables, compatibility: false, compose: false, rune => BertCharacters.IsAccent(rune) || words.Add(rune))
            : null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!BertCharacters.IsRemoved(rune.Value) && !Take(rune.Value, words, decomposing))
                return words.Finish();
        }
        decomposing?.Flush();
        return words.Finish();
    }

    private static bool Take(int rune, WordPieceWords words, NormalizingStream? decomposing)
    {
        if (!BertCharacters.IsIdeograph(rune))
            return Pass(rune, words, decomposing);
        return Pass(' ', words, decomposing) && Pass(rune, words, decomposing) && Pass(' ', words, decomposing);
    }

    private static bool Pass(int rune, WordPieceWords words, NormalizingStream? decomposing) =>
        decomposing is null ? words.Add(rune) : decomposing.Add(BertCharacters.Lower(rune));
}
