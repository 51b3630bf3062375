using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Headroom.Hostile.Pictures.Outside;

/// <summary>A file in the making: numbers in both byte orders, one after another.</summary>
internal sealed class Bytes
{
    private readonly ArrayBufferWriter<byte> _written = new();

    public int Length => _written.WrittenCount;

    public Bytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _written.Write(bytes);
        return this;
    }

    public Bytes Ascii(string text) => Raw(Encoding.Latin1.GetBytes(text));

    public Bytes Zeros(int count) => Raw(new byte[count]);

    public Bytes Big16(int value) => Raw((byte)(value >> 8), (byte)value);

    public Bytes Big32(long value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, unchecked((uint)value));
        return Raw(four);
    }

    public Bytes Little16(int value) => Raw((byte)value, (byte)(value >> 8));

    public Bytes Little24(int value) => Raw((byte)value, (byte)(value >> 8), (byte)(value >> 16));

    public Bytes Little32(long value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, unchecked((uint)value));
        return Raw(four);
    }

    public byte[] ToArray() => _written.WrittenSpan.ToArray();
}
