using Headroom.Search.Tests.Samples;
using Headroom.Search.Tokenizing;

namespace Headroom.Search.Tests.Tokenizing;

/// <summary>The vocabularies that tests tokenize with.</summary>
internal static class Vocabularies
{
    /// <summary>A small vocabulary of BERT's kind: letters, some syllables, some words, punctuation, other scripts.</summary>
    public static IReadOnlyList<string> WordPieces { get; } =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]",
        .. "abcdefghijklmnopqrstuvwxyzABCD0123456789.,!?'\"()[]-_#@$%&*+=/\\:;<>|~^`{}".Select(c => $"{c}"),
        .. "abcdefghijklmnoprstuvwyz0123456789".Select(c => $"##{c}"),
        "the", "cat", "cats", "sit", "##ting", "##s", "##ing", "pho", "##to", "upload", "##load", "cafe", "resume", "na", "##ive", "Cafe", "Caf", "##é",
        "中", "文", "日", "本", "##語", "あ", "##い", "ᄒ", "##ᅡ", "##ᆫ", "한", "##국", "п", "##р", "привет", "😀", "##👍", "é", "ü", "ß", "ñ", "–", "…", "«", "»", "。",
    ];

    public static UnicodeTables Tables { get; } = UnicodeTables.Load();

    public static UnigramVocabulary Unigram { get; } = UnigramVocabulary.Load(Path.Combine(Restored.UseLite, "vocab.json"));

    public static WordPieceVocabulary WordPiece { get; } = new(WordPieces);
}
