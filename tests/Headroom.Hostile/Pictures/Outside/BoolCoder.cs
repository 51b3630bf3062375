namespace Headroom.Hostile.Pictures.Outside;

/// <summary>
/// VP8's boolean entropy encoder (RFC 6386, 7.3), for bits that are as likely as not. Whatever bytes come after
/// <see cref="ToArray"/> mean something to a decoder, too: zeros decode as the likeliest, noise as anything.
/// </summary>
internal sealed class BoolCoder
{
    private readonly List<byte> _bytes = [];
    private uint _range = 255;
    private uint _bottom;
    private int _missing = 24;

    public BoolCoder Put(int value, int bits)
    {
        for (var bit = bits - 1; bit >= 0; bit--)
            Bit((value >> bit & 1) != 0);
        return this;
    }

    /// <summary>A flag, then a number and its sign.</summary>
    public BoolCoder Signed(int value, int bits) => Put(1, 1).Put(Math.Abs(value), bits).Put(value < 0 ? 1 : 0, 1);

    public byte[] ToArray()
    {
        var (left, bottom) = (_missing, _bottom);
        if ((bottom & (1u << (32 - left))) != 0)
            Carry();
        bottom <<= left & 7;
        for (var shift = left >> 3; shift > 0; shift--)
            bottom <<= 8;
        return [.. _bytes, (byte)(bottom >> 24), (byte)(bottom >> 16), (byte)(bottom >> 8), (byte)bottom];
    }

    private void Bit(bool value)
    {
        var split = 1 + ((_range - 1) * 128 >> 8);
        if (value)
        {
            _bottom += split;
            _range -= split;
        }
        else
        {
            _range = split;
        }

        while (_range < 128)
        {
            _range <<= 1;
            if ((_bottom & (1u << 31)) != 0)
                Carry();
            _bottom <<= 1;
            if (--_missing == 0)
            {
                _bytes.Add((byte)(_bottom >> 24));
                _bottom &= (1 << 24) - 1;
                _missing = 8;
            }
        }
    }

    private void Carry()
    {
        var last = _bytes.Count - 1;
        while (last >= 0 && _bytes[last] == 255)
            _bytes[last--] = 0;
        if (last >= 0)
            _bytes[last]++;
    }
}
