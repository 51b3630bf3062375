using System.Globalization;
using System.Text;

namespace Headroom.Search.Tests.Tokenizing;

/// <summary>Texts of every kind, made from a seed.</summary>
internal static class Texts
{
    private static readonly string[] Words =
    [
        "the", "cat", "cats", "sitting", "photo", "upload", "naïve", "café", "résumé",
        "RÉSUMÉ", "中文", "日本語", "あい", "한국", "привет", "Zürich", "straße", "ñandú",
        "ＦＵＬＬ", "ﬁne", "①②", "½", "™", "e\u0301", "a\u0323\u0301", "a\u0301\u0323",
        "\u1100\u1161\u11A8", "Å", "Ω", "ǆ", "ｶﾞ", "क़", "ড়", "😀", "👍🏽", "👩‍👩‍👧", "🇩🇪",
        "\0", "\u200B", "\uFEFF", "\uFFFD", "\u00AD", "\uE000", "\t", "\n", "\r\n", "\u0085", "\u00A0", "\u2003", "\u3000", "\u2028", "\uD83D", "\uDE00",
        "...", "!?", "foo@bar.com", "https://example.org/a?b=c#d", "don't", "[SEP]", "[CLS]",
        "##ing", "<s>", "</s>", "▁", "▁▁", "”5", ":)", ":-)", ":(", "$1,234.56", "x", "",
    ];

    /// <summary>The ones that most likely show a difference, then random ones.</summary>
    public static IReadOnlyList<string> Generate(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Words.Where(w => w.Length > 0),
            " ", "   ", " a", "a ", "  two  spaces  ",
            .. Enumerable.Range(0, count).Select(_ => Sentence(random)),
        ];
    }

    private static string Sentence(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, 12); left > 0; left--)
        {
            text.Append(random.Next(4) == 0 ? Characters(random) : Words[random.Next(Words.Length)]);
            if (random.Next(5) != 0)
                text.Append(' ');
        }
        return text.Length == 0 ? "x" : text.ToString();
    }

    private static string Characters(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Character(random)));

    private static string Character(Random random)
    {
        while (true)
        {
            var rune = random.Next(6) switch
            {
                0 => random.Next(0x20, 0x7F),
                1 => random.Next(0xA0, 0x590),
                2 => random.Next(0x900, 0xE80),
                3 => random.Next(0x1E00, 0x3100),
                4 => random.Next(0x3100, 0xD800),
                _ => random.Next(0xF900, 0x10000),
            };
            // What .NET's own Unicode version does not know yet, ours can't know either.
            if (CharUnicodeInfo.GetUnicodeCategory(rune) is not (UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned))
                return new Rune(rune).ToString();
        }
    }
}
