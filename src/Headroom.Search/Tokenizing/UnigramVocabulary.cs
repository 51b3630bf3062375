using System.Text.Json;

namespace Headroom.Search.Tokenizing;

/// <summary>Pieces with their log probabilities in a trie of code points. Immutable.</summary>
internal sealed class UnigramVocabulary
{
    /// <summary>The first six ids are marks, such as the end of a sentence; texts never become them.</summary>
    public const int Reserved = 6;

    /// <summary>The id of what is in no piece.</summary>
    public const int Unknown = 0;

    private const double UnknownPenalty = 10;
    private const long MaxFileBytes = 32 << 20;
    private const int RuneBits = 21;

    private readonly Dictionary<long, int> _children = [];
    private readonly List<int> _pieces = [-1];
    private readonly double[] _scores;

    private UnigramVocabulary(IReadOnlyList<(string Piece, double Score)> entries)
    {
        _scores = [.. entries.Select(e => e.Score)];
        UnknownScore = _scores.Min() - UnknownPenalty;
        for (var id = Reserved; id < entries.Count; id++)
            Add(entries[id].Piece, id);
    }

    /// <summary>How many ids there are.</summary>
    public int Count => _scores.Length;

    /// <summary>Code points of the longest piece.</summary>
    public int LongestPiece { get; private set; }

    /// <summary>The log probability of a code point that is no piece.</summary>
    public double UnknownScore { get; }

    /// <summary>
    /// Reads <c>vocab.json</c>: an array of [piece, log probability], the id being the place. Where one has no
    /// probability, as a few have in Universal Sentence Encoder lite's, the one before it counts: they are in order of it.
    /// </summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static UnigramVocabulary Load(string path)
    {
        if (new FileInfo(path).Length > MaxFileBytes)
            throw new InvalidDataException($"The vocabulary '{path}' is larger than {new ByteSize(MaxFileBytes)}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var entries = new List<(string, double)>();
            var last = 0.0;
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                last = entry[1].ValueKind == JsonValueKind.Null ? last : entry[1].GetDouble();
                entries.Add((entry[0].GetString()!, last));
            }
            return entries.Count > Reserved
                ? new UnigramVocabulary(entries)
                : throw new InvalidDataException($"The vocabulary '{path}' has {entries.Count} entries; a unigram vocabulary has more than {Reserved}.");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            throw new InvalidDataException($"The vocabulary '{path}' is not an array of [piece, log probability]: {problem.Message}", problem);
        }
    }

    /// <summary>The log probability of a piece.</summary>
    public double ScoreOf(int id) => _scores[id];

    /// <summary>Goes one code point down the trie; node 0 is the root.</summary>
    /// <returns>The node; −1 when no piece goes on like that.</returns>
    public int Descend(int node, int rune) => _children.TryGetValue((long)node << RuneBits | (uint)rune, out var child) ? child : -1;

    /// <summary>The piece that ends at a node; −1 for none.</summary>
    public int PieceAt(int node) => _pieces[node];

    private void Add(string piece, int id)
    {
        var (node, length) = (0, 0);
        foreach (var rune in piece.EnumerateRunes())
        {
            var key = (long)node << RuneBits | (uint)rune.Value;
            if (!_children.TryGetValue(key, out node))
            {
                _children.Add(key, node = _pieces.Count);
                _pieces.Add(-1);
            }
            length++;
        }
        LongestPiece = Math.Max(LongestPiece, length);
        _pieces[node] = id;
    }
}
