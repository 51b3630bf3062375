namespace Headroom.Hostile.Pictures.Outside;

/// <summary>
/// Lossless WebP streams from scratch (RFC 9649, 3): every transform, a colour cache, any number of prefix-code groups, and pixels that
/// cost nothing (a code of one symbol has no bits), one bit, or as many as noise does.
/// </summary>
internal sealed class Vp8L(Random random)
{
    private static readonly int[] Lengths = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    private readonly List<byte> _bytes = [];
    private ulong _bits;
    private int _count;

    public byte[] Frame(int width, int height)
    {
        Put(0x2F, 8);
        Put(width - 1, 14);
        Put(height - 1, 14);
        Put(random.Next(2), 1);
        Put(random.OneIn(60) ? 1 : 0, 3);
        return Stream(width, height);
    }

    /// <summary>What an alpha chunk holds: the same without its header.</summary>
    public byte[] Stream(int width, int height)
    {
        foreach (var transform in random.GetItems([0, 1, 2, 3], random.Next(5)).Distinct())
        {
            Put(1, 1);
            Put(transform, 2);
            width = Transform(transform, width, height);
        }

        Put(0, 1);
        var cache = Cache();
        var groups = 1;
        var grouped = random.OneIn(3);
        Put(grouped ? 1 : 0, 1);
        if (grouped)
            groups = Groups(width, height);
        for (var i = 0; i < groups && _bytes.Count < 2_000_000; i++)
            Codes(groups > 1 ? 0 : random.Next(3), cache);
        Pixels((long)width * height);
        return [.. _bytes];
    }

    private int Transform(int transform, int width, int height)
    {
        switch (transform)
        {
            case 0 or 1:
                var size = random.Next(8);
                Put(size, 3);
                Image(Part(width, size + 2), Part(height, size + 2));
                return width;
            case 3:
                var colours = random.Pick(1, 2, 4, 16, 17, 256);
                Put(colours - 1, 8);
                Image(colours, 1);
                return Part(width, colours switch { <= 2 => 3, <= 4 => 2, <= 16 => 1, _ => 0 });
            default:
                return width;
        }
    }

    // The group of each tile is two bytes of a pixel; the greatest decides how many groups follow.
    private int Groups(int width, int height)
    {
        var size = random.Next(8);
        Put(size, 3);
        var tiles = Part(width, size + 2) * Part(height, size + 2);
        Put(0, 1);
        var (red, green) = random.Pick((0, 0), (0, 1), (0, 255), (3, 255), (40, 0), (255, 255));
        Two(green);
        Two(red);
        for (var i = 0; i < 3; i++)
            One(0);
        // The first tile names the greatest group, all others the first one.
        Put(green > 0 ? 1 : 0, 1);
        Put(red > 0 ? 1 : 0, 1);
        for (long i = 2; i < 2L * tiles; i++)
            Put(0, 1);
        return ((red << 8) | green) + 1;
    }

    private void Image(int width, int height)
    {
        var cache = Cache();
        var kind = random.Next(3);
        Codes(kind, cache);
        var bits = kind switch { 0 => 0, 1 => 4, _ => 32 };
        for (var left = Math.Min(8_000_000, (long)width * height * bits); left > 0; left -= 24)
            Put(random.Next(1 << 24), (int)Math.Min(24, left));
    }

    private int Cache()
    {
        var size = random.OneIn(3) ? random.Next(1, 12) : 0;
        Put(size > 0 ? 1 : 0, 1);
        if (size > 0)
            Put(size, 4);
        return size == 0 ? 0 : 1 << size;
    }

    private void Codes(int kind, int cache)
    {
        for (var i = 0; i < 5; i++)
        {
            if (kind == 0 || i == 4)
                One(i == 4 ? 0 : random.Next(256));
            else if (kind == 1)
                Two(random.Next(1, 256));
            else
                Full(i == 0 ? 24 + cache : 0);
        }
    }

    private void One(int symbol)
    {
        Put(1, 1);
        Put(0, 1);
        Put(1, 1);
        Put(symbol, 8);
    }

    private void Two(int symbol)
    {
        Put(1, 1);
        Put(symbol > 0 ? 1 : 0, 1);
        Put(0, 1);
        Put(0, 1);
        if (symbol > 0)
            Put(symbol, 8);
    }

    // 256 symbols of 8 bits each, then only absent ones.
    private void Full(int absent)
    {
        Put(0, 1);
        Put(Lengths.Length - 4, 4);
        foreach (var length in Lengths)
            Put(length, 3);
        Put(0, 1);
        for (var i = 0; i < 256; i++)
            Put(0, 1);
        while (absent > 0)
        {
            var run = absent is > 138 and < 149 ? 127 : Math.Min(138, absent);
            Put(1, 1);
            Put(run - 11, 7);
            absent -= run;
        }
    }

    private void Pixels(long pixels)
    {
        for (var left = Math.Min(pixels * 4 / random.Pick(1, 4, 1000), random.Pick(3_000_000, 100_000)); left > 0; left -= 3)
            Put(random.Next(1 << 24), 24);
        Put(0, 32);
        Put(0, 32);
    }

    private void Put(int value, int count)
    {
        _bits |= ((ulong)(uint)value & ((1UL << count) - 1)) << _count;
        for (_count += count; _count >= 8; _count -= 8)
        {
            _bytes.Add((byte)_bits);
            _bits >>= 8;
        }
    }

    private static int Part(int size, int bits) => (size + (1 << bits) - 1) >> bits;
}
