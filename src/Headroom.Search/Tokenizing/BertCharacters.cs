using System.Globalization;
using System.Text;

namespace Headroom.Search.Tokenizing;

/// <summary>
/// How BERT's basic tokenizer sees code points (github.com/google-research/bert, tokenization.py; huggingface/tokenizers,
/// normalizers/bert.rs).
/// </summary>
internal static class BertCharacters
{
    /// <summary>Removed before anything else: NUL, the replacement character, control and format characters.</summary>
    public static bool IsRemoved(int rune) => rune is 0 or 0xFFFD
        || (rune is not ('\t' or '\n' or '\r')
            && Category(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);

    /// <summary>Between words.</summary>
    public static bool IsSpace(int rune) => rune is ' ' or '\t' or '\n' or '\r'
        || (rune >= 0x80 && Category(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>A word of its own: Unicode's punctuation and everything of ASCII that is neither letter, digit, space nor control.</summary>
    public static bool IsPunctuation(int rune) => rune < 0x80
        ? rune is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        : Category(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    /// <summary>A word of its own: the CJK ideographs, by their blocks.</summary>
    public static bool IsIdeograph(int rune) => rune is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>What is drawn onto the character before it: accents.</summary>
    public static bool IsAccent(int rune) => rune >= 0x300 && Category(rune) == UnicodeCategory.NonSpacingMark;

    /// <summary>Lower case, each code point by itself.</summary>
    public static int Lower(int rune) => rune == 'İ' ? 'i' : Rune.ToLowerInvariant(new Rune(rune)).Value;

    private static UnicodeCategory Category(int rune) => CharUnicodeInfo.GetUnicodeCategory(rune);
}
