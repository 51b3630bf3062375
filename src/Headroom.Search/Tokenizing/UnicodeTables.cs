using System.Globalization;

namespace Headroom.Search.Tokenizing;

/// <summary>
/// Combining classes, decompositions and compositions of the Unicode Character Database 15.0. .NET normalises only with
/// ICU beside it, some 30 MB that this program does not load. Immutable.
/// </summary>
internal sealed class UnicodeTables
{
    // Hangul is computed: The Unicode Standard 15.0, section 3.12.
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28, Syllables = Leads * Vowels * Trails;

    private readonly int[] _runes;
    private readonly byte[] _classes;
    private readonly Decomposition[] _decompositions;
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly HashSet<int> _seconds = [];

    private UnicodeTables(IReadOnlyList<(int Rune, byte Class, Decomposition Decomposition, bool Composes)> rows)
    {
        _runes = [.. rows.Select(r => r.Rune)];
        _classes = [.. rows.Select(r => r.Class)];
        _decompositions = [.. rows.Select(r => r.Decomposition)];
        foreach (var row in rows.Where(r => r.Composes))
        {
            _compositions.Add((row.Decomposition.Runes[0], row.Decomposition.Runes[1]), row.Rune);
            _seconds.Add(row.Decomposition.Runes[1]);
        }
    }

    /// <summary>Reads the table that is part of this assembly: some milliseconds and half a megabyte.</summary>
    public static UnicodeTables Load()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("normalization.txt")!;
        using var reader = new StreamReader(stream);
        var rows = new List<(int, byte, Decomposition, bool)>(7000);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                rows.Add(Parse(line));
        }
        return new UnicodeTables(rows);
    }

    /// <summary>The canonical combining class; 0 for what starts a character.</summary>
    public int ClassOf(int rune) => rune >= 0x300 && Find(rune) is >= 0 and var row ? _classes[row] : 0;

    /// <summary>Appends what a code point decomposes to, all the way; itself when it doesn't.</summary>
    public void Decompose(int rune, bool compatibility, List<int> to)
    {
        if (rune < 0xA0)
        {
            to.Add(rune);
        }
        else if (rune is >= SyllableBase and < SyllableBase + Syllables)
        {
            var syllable = rune - SyllableBase;
            to.Add(LeadBase + syllable / (Vowels * Trails));
            to.Add(VowelBase + syllable % (Vowels * Trails) / Trails);
            if (syllable % Trails != 0)
                to.Add(TrailBase + syllable % Trails);
        }
        else if (Find(rune) is >= 0 and var row && _decompositions[row] is { Runes.Length: > 0 } found && (compatibility || !found.CompatibilityOnly))
        {
            // A few levels deep at most.
            foreach (var part in found.Runes)
                Decompose(part, compatibility, to);
        }
        else
        {
            to.Add(rune);
        }
    }

    /// <summary>What two code points compose to; 0 when they don't.</summary>
    public int Compose(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
            return SyllableBase + ((first - LeadBase) * Vowels + (second - VowelBase)) * Trails;
        if (first is >= SyllableBase and < SyllableBase + Syllables && (first - SyllableBase) % Trails == 0 && second is > TrailBase and < TrailBase + Trails)
            return first + (second - TrailBase);
        return _compositions.GetValueOrDefault((first, second));
    }

    /// <summary>Whether nothing before this code point can change what it and those after it are normalised to.</summary>
    public bool IsBoundary(int rune)
    {
        if (rune < 0x300)
            return true;
        var row = Find(rune);
        var first = rune;
        while (row >= 0 && _decompositions[row].Runes is [var part, ..])
            row = Find(first = part);
        return (row < 0 || _classes[row] == 0)
            && !_seconds.Contains(first)
            && first is not ((>= VowelBase and < VowelBase + Vowels) or (> TrailBase and < TrailBase + Trails));
    }

    private int Find(int rune) => Array.BinarySearch(_runes, rune);

    private static (int Rune, byte Class, Decomposition Decomposition, bool Composes) Parse(string line)
    {
        var fields = line.Split(';');
        var runes = fields[3].Length == 0 ? [] : Array.ConvertAll(fields[3].Split(' '), Number);
        return (
            Number(fields[0]),
            fields[1].Length == 0 ? (byte)0 : byte.Parse(fields[1], CultureInfo.InvariantCulture),
            new Decomposition(runes, fields[2] == "k"),
            fields[2] == "c" && runes.Length == 2);
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private readonly record struct Decomposition(int[] Runes, bool CompatibilityOnly);
}
