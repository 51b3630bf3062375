namespace Headroom.Web.Requests;

/// <summary>A JSON body whose parts are within its route's bounds; whether it is JSON at all, parsing tells.</summary>
/// <param name="Bytes">The body as it came, without a byte order mark.</param>
/// <param name="Items">What its names and values take as objects at most, in bytes, without their characters.</param>
public readonly record struct ReceivedJson(ReadOnlyMemory<byte> Bytes, ByteSize Items)
{
    /// <summary>
    /// What it becomes at most, in bytes; leased beside the body itself. A byte of UTF-8 becomes at most one character of two
    /// bytes.
    /// </summary>
    public ByteSize Becomes => new((2L * Bytes.Length) + Items.Bytes);
}
