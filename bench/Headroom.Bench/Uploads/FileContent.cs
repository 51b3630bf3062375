using System.Buffers.Binary;

namespace Headroom.Bench.Uploads;

/// <summary>
/// What stands in a file: stretches of noise that all files share, each with the number of the file and of the stretch in
/// front of it. No two stretches are alike, so that mixed up, lost or repeated bytes show; and nothing is made or kept for
/// a file.
/// </summary>
/// <param name="noise">At least <see cref="NoiseBytes"/>.</param>
/// <param name="file">The file's number.</param>
/// <param name="length">In bytes.</param>
internal sealed class FileContent(ReadOnlyMemory<byte> noise, int file, long length)
{
    /// <summary>The noise that files share.</summary>
    public const int NoiseBytes = (4 * StretchBytes) + 65_521;

    private const int StretchBytes = 256 * 1024;
    private const int LabelBytes = 16;

    private readonly byte[] _label = new byte[LabelBytes];

    /// <summary>The file's length in bytes.</summary>
    public long Length => length;

    /// <summary>Makes noise.</summary>
    public static byte[] Noise()
    {
        var noise = new byte[NoiseBytes];
        new Random(1).NextBytes(noise);
        return noise;
    }

    /// <summary>Bytes from a position on, at least one and not beyond an end. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> At(long position, long end)
    {
        var (stretch, inside) = Math.DivRem(position, StretchBytes);
        var most = (int)Math.Min(StretchBytes - inside, Math.Min(end, length) - position);
        if (inside >= LabelBytes)
            return noise.Slice((int)((stretch + file) * 7919 % (NoiseBytes - StretchBytes) + inside), most);
        BinaryPrimitives.WriteInt64LittleEndian(_label, file);
        BinaryPrimitives.WriteInt64LittleEndian(_label.AsSpan(8), stretch);
        return _label.AsMemory((int)inside, Math.Min(most, LabelBytes - (int)inside));
    }

    /// <summary>Whether bytes are what stands at a position.</summary>
    public bool Matches(long position, ReadOnlySpan<byte> bytes)
    {
        if (position + bytes.Length > length)
            return false;
        while (!bytes.IsEmpty)
        {
            var expected = At(position, position + bytes.Length).Span;
            if (!expected.SequenceEqual(bytes[..expected.Length]))
                return false;
            position += expected.Length;
            bytes = bytes[expected.Length..];
        }
        return true;
    }
}
