namespace Headroom.Search.Tokenizing;

/// <summary>The pieces of BERT's <c>vocab.txt</c>: one a line, the id being the line's number; ## continues a word. Immutable.</summary>
internal sealed class WordPieceVocabulary
{
    private const string Continuing = "##";
    private const long MaxFileBytes = 32 << 20;

    private readonly Dictionary<string, int> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);
    private readonly int _longest;

    /// <summary>Takes the pieces in the order of their ids.</summary>
    /// <exception cref="InvalidDataException">One of [CLS], [SEP] and [UNK] is missing.</exception>
    public WordPieceVocabulary(IEnumerable<string> pieces)
    {
        foreach (var piece in pieces)
        {
            // What is there twice keeps the last id, as in a table that is filled line by line.
            if (piece.StartsWith(Continuing, StringComparison.Ordinal) && piece.Length > Continuing.Length)
                _next[piece[Continuing.Length..]] = Count;
            else
                _first[piece] = Count;
            _longest = Math.Max(_longest, piece.Length);
            Count++;
        }
        (Start, End, Unknown) = (Special("[CLS]"), Special("[SEP]"), Special("[UNK]"));
    }

    /// <summary>How many ids there are.</summary>
    public int Count { get; }

    /// <summary>What every text begins with.</summary>
    public int Start { get; }

    /// <summary>What every text ends with.</summary>
    public int End { get; }

    /// <summary>What a word is that has no pieces.</summary>
    public int Unknown { get; }

    /// <summary>Reads <c>vocab.txt</c>.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static WordPieceVocabulary Load(string path)
    {
        if (new FileInfo(path).Length > MaxFileBytes)
            throw new InvalidDataException($"The vocabulary '{path}' is larger than {new ByteSize(MaxFileBytes)}.");
        try
        {
            return new WordPieceVocabulary(File.ReadLines(path));
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException($"The vocabulary '{path}' is not a WordPiece vocabulary. {problem.Message}", problem);
        }
    }

    /// <summary>The longest piece at the beginning of what is left of a word.</summary>
    /// <param name="rest">What is left.</param>
    /// <param name="first">Whether that is the whole word.</param>
    /// <param name="length">How many characters the piece has.</param>
    /// <returns>Its id; −1 for none.</returns>
    public int LongestPrefix(ReadOnlySpan<char> rest, bool first, out int length)
    {
        var pieces = (first ? _first : _next).GetAlternateLookup<ReadOnlySpan<char>>();
        for (length = Math.Min(rest.Length, _longest); length > 0; length--)
        {
            if (pieces.TryGetValue(rest[..length], out var id))
                return id;
        }
        return -1;
    }

    private int Special(string name) => _first.TryGetValue(name, out var id) ? id : throw new InvalidDataException($"It has no line '{name}'.");
}
