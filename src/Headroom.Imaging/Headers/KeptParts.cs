namespace Headroom.Imaging.Headers;

/// <summary>Collects, front to back, what of a file a codec gets to read. What is not named here it never sees.</summary>
internal sealed class KeptParts
{
    private readonly List<FilePart> _parts = [];

    internal IReadOnlyList<FilePart> All => _parts;

    /// <summary>Keeps a range of the file; ranges that touch become one.</summary>
    internal void Keep(long offset, long length)
    {
        if (length == 0)
            return;
        if (_parts is [.., { Own: null } last] && last.Offset + last.Length == offset)
            _parts[^1] = last with { Length = last.Length + length };
        else
            _parts.Add(new FilePart(offset, length, null));
    }

    /// <summary>Adds bytes that are not the file's.</summary>
    internal void Add(byte[] own) => _parts.Add(new FilePart(0, own.Length, own));

    /// <summary>Puts bytes that are not the file's before everything else.</summary>
    internal void Prepend(byte[] own) => _parts.Insert(0, new FilePart(0, own.Length, own));
}
