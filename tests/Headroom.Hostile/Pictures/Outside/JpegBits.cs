namespace Headroom.Hostile.Pictures.Outside;

/// <summary>Codes and bits of a scan, with the zero behind each 0xFF.</summary>
internal sealed class JpegBits
{
    private readonly List<byte> _written = [];
    private ulong _bits;
    private int _count;

    public int Length => _written.Count;

    public void Put(uint value, int count)
    {
        _bits = (_bits << count) | (value & ((1u << count) - 1));
        for (_count += count; _count >= 8; _count -= 8)
            Byte((byte)(_bits >> (_count - 8)));
    }

    public void Code(JpegCodes codes, int symbol)
    {
        var (code, length) = codes[symbol];
        Put(code, length);
    }

    public void Restart(int marker)
    {
        Align();
        _written.Add(0xFF);
        _written.Add((byte)(0xD0 + (marker & 7)));
    }

    public void Noise(byte[] noise)
    {
        foreach (var one in noise)
            Byte(one);
    }

    public byte[] Finish()
    {
        Align();
        return [.. _written];
    }

    private void Align() => Put(0x7F, (8 - _count) & 7);

    private void Byte(byte value)
    {
        _written.Add(value);
        if (value == 0xFF)
            _written.Add(0);
    }
}

/// <summary>A Huffman table: one short code and the others as long as there is room for, or all of a length.</summary>
internal sealed class JpegCodes
{
    private readonly (uint Code, int Length)[] _codes = new (uint, int)[256];
    private readonly byte[] _counts = new byte[16];
    private readonly byte[] _symbols;

    public JpegCodes(byte[] symbols, Random random)
    {
        _symbols = symbols;
        var shape = random.Next(4);
        var rest = shape switch { 0 => Log(symbols.Length + 1), 1 => 16, _ => 1 + Log(symbols.Length) };
        uint code = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            var length = i == 0 && shape != 0 ? 1 : rest;
            code = i == 1 && shape != 0 ? 1u << (rest - 1) : code;
            _codes[symbols[i]] = (code++, length);
            _counts[length - 1]++;
        }
    }

    public (uint Code, int Length) this[int symbol] => _codes[symbol];

    /// <summary>0 … 15 bits of difference; lossless frames know 16, too.</summary>
    public static JpegCodes Dc(Random random, bool lossless) =>
        new([.. Enumerable.Range(0, lossless ? 17 : 12).Select(symbol => (byte)symbol)], random);

    /// <summary>What any scan may want: ends of blocks and of runs, runs of zeros, and up to 10 bits.</summary>
    public static JpegCodes Ac(Random random)
    {
        var ends = Enumerable.Range(0, 16).Select(run => run << 4);
        var values = Enumerable.Range(0, 160).Select(i => ((i / 10) << 4) | (1 + (i % 10)));
        return new JpegCodes([.. ends.Concat(values).Select(symbol => (byte)symbol)], random);
    }

    public byte[] Table(int place) => [(byte)place, .. _counts, .. _symbols];

    private static int Log(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value - 1);
}
