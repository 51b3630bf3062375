using System.Buffers;

namespace Headroom.Web.Requests;

/// <summary>
/// Counts what a JSON text is made of while it arrives, piece by piece and without memory of its own, so that a body which
/// would become a million objects is refused before the first of them. Of a text that is no JSON it counts at least what
/// a parser has read before it says so.
/// </summary>
/// <remarks>
/// The grammar is RFC 8259's: outside of strings every colon ends a name, and a container has one value more than commas
/// unless it is empty. Not thread-safe.
/// </remarks>
public sealed class JsonCensus
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[],:"u8);
    private static readonly SearchValues<byte> EndsText = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n"u8);

    private readonly JsonBounds _bounds;
    private Place _place;
    private int _level;

    /// <param name="bounds">What is still taken.</param>
    public JsonCensus(JsonBounds bounds) => _bounds = bounds;

    private enum Place
    {
        /// <summary>Between tokens, or inside a number or a word.</summary>
        Between,

        /// <summary>Right behind the beginning of an object or array.</summary>
        Opened,

        /// <summary>Inside a string.</summary>
        Text,

        /// <summary>Behind a backslash.</summary>
        Escape,
    }

    /// <summary>Names of members so far.</summary>
    public int Names { get; private set; }

    /// <summary>Values so far; the outermost one counts before it is there.</summary>
    public int Values { get; private set; } = 1;

    /// <summary>The deepest nesting so far.</summary>
    public int Levels { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="JsonBoundsException">There is more of something than the bounds allow.</exception>
    public void Add(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var taken = _place switch
            {
                Place.Between => Between(piece),
                Place.Opened => Opened(piece),
                Place.Text => Text(piece),
                _ => Escaped(),
            };
            piece = piece[taken..];
        }
    }

    private int Between(ReadOnlySpan<byte> piece)
    {
        var at = piece.IndexOfAny(Structure);
        if (at < 0)
            return piece.Length;
        switch (piece[at])
        {
            case (byte)'"':
                _place = Place.Text;
                break;
            case (byte)':':
                Require(++Names <= _bounds.Names, "names", _bounds.Names);
                break;
            case (byte)',':
                Value();
                break;
            case (byte)'{' or (byte)'[':
                Levels = Math.Max(Levels, ++_level);
                Require(_level <= _bounds.Levels, "levels", _bounds.Levels);
                _place = Place.Opened;
                break;
            default:
                _level--;
                break;
        }
        return at + 1;
    }

    private int Opened(ReadOnlySpan<byte> piece)
    {
        var at = piece.IndexOfAnyExcept(Space);
        if (at < 0)
            return piece.Length;
        if (piece[at] is not ((byte)'}' or (byte)']'))
            Value();
        _place = Place.Between;
        return at;
    }

    private int Text(ReadOnlySpan<byte> piece)
    {
        var at = piece.IndexOfAny(EndsText);
        if (at < 0)
            return piece.Length;
        _place = piece[at] == '"' ? Place.Between : Place.Escape;
        return at + 1;
    }

    private int Escaped()
    {
        _place = Place.Text;
        return 1;
    }

    private void Value() => Require(++Values <= _bounds.Values, "values", _bounds.Values);

    private static void Require(bool fits, string what, int most)
    {
        if (!fits)
            throw new JsonBoundsException(what, most);
    }
}
