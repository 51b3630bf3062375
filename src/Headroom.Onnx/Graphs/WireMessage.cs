using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Headroom.Onnx;

/// <summary>Builds one protobuf message (protobuf.dev/programming-guides/encoding): fields one after the other, each a key and a value.</summary>
internal sealed class WireMessage
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A number.</summary>
    public WireMessage Number(int field, long value) => Key(field, Varint).Variable((ulong)value);

    /// <summary>A number of four bytes.</summary>
    public WireMessage Float(int field, float value)
    {
        Key(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
        return this;
    }

    /// <summary>Text.</summary>
    public WireMessage Text(int field, string value)
    {
        Start(field, Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _bytes);
        return this;
    }

    /// <summary>A message within this one.</summary>
    public WireMessage Message(int field, WireMessage value)
    {
        Start(field, value.Written.Length);
        _bytes.Write(value.Written);
        return this;
    }

    /// <summary>The key and the length of a value whose bytes follow this message's own.</summary>
    public WireMessage Start(int field, long length) => Key(field, LengthDelimited).Variable((ulong)length);

    private WireMessage Key(int field, int type) => Variable((ulong)(field << 3 | type));

    private WireMessage Variable(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _bytes.Advance(length);
        return this;
    }
}
