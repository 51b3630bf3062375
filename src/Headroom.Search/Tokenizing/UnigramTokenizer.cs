namespace Headroom.Search.Tokenizing;

/// <summary>
/// SentencePiece's unigram model, as Universal Sentence Encoder lite uses it: NFKC, a space as ▁ and one before the
/// text, then the most probable pieces.
/// </summary>
internal sealed class UnigramTokenizer(UnigramVocabulary vocabulary, UnicodeTables tables, int maxTokens) : ITokenizer
{
    private const int Space = '▁';

    public int LargestId => vocabulary.Count - 1;

    public int[] Encode(ReadOnlySpan<char> text)
    {
        var lattice = new UnigramLattice(vocabulary, maxTokens);
        lattice.Add(Space);
        var normalizing = new NormalizingStream(tables, compatibility: true, compose: true, rune => lattice.Add(rune == ' ' ? Space : rune));
        foreach (var rune in text.EnumerateRunes())
        {
            if (!normalizing.Add(rune.Value))
                return lattice.Finish();
        }
        normalizing.Flush();
        return lattice.Finish();
    }
}
