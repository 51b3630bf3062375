namespace Headroom.Hostile.Pictures.Outside;

/// <summary>
/// Writes scans that a decoder reads to their last bit, of coefficients that are made up on the way (ITU-T T.81: F.1.2 for
/// sequential, G.1.2 for progressive, H.1.2 for lossless frames). Where arithmetic coding is asked for it writes noise: any bits mean something there.
/// </summary>
internal sealed class JpegCoder(Random random, JpegFrame frame, JpegCodes dc, JpegCodes ac, int restart)
{
    private const long MostBytes = 5_000_000;

    // How many of a thousand blocks, and of their coefficients, are more than flat.
    private readonly int _busyBlocks = random.Pick(0, 5, 100, 1000);
    private readonly int _busyCoefficients = random.Pick(100, 500, 950);
    private JpegBits _bits = new();
    private long _before;
    private int _run;

    public byte[] Write(JpegScan scan)
    {
        _bits = new JpegBits();
        if (frame.Arithmetic)
            _bits.Noise(random.Noise((int)Math.Min(300_000, 40 + frame.Blocks / random.Pick(1, 4, 100))));
        else
            Groups(scan);
        var written = _bits.Finish();
        _before += written.Length;
        return written;
    }

    private void Groups(JpegScan scan)
    {
        var alone = scan.Planes.Length == 1;
        var across = alone ? frame.BlocksAcross(scan.Planes[0]) : frame.GroupsAcross;
        var down = alone ? frame.BlocksDown(scan.Planes[0]) : frame.GroupsDown;
        var group = 0;
        _run = 0;
        for (var y = 0; y < down; y++)
        {
            for (var x = 0; x < across; x++, group++)
            {
                if (restart > 0 && group > 0 && group % restart == 0)
                {
                    _bits.Restart(group / restart - 1);
                    _run = 0;
                }

                if (alone)
                    Block(scan, scan.Planes[0], x, y);
                else
                    Interleaved(scan, x, y);
            }
        }
    }

    private void Interleaved(JpegScan scan, int x, int y)
    {
        foreach (var plane in scan.Planes)
        {
            for (var v = 0; v < plane.Down; v++)
            {
                for (var h = 0; h < plane.Across; h++)
                    Block(scan, plane, x * plane.Across + h, y * plane.Down + v);
            }
        }
    }

    private void Block(JpegScan scan, JpegPlane plane, int x, int y)
    {
        var busy = random.Next(1000) < _busyBlocks && _before + _bits.Length < MostBytes;
        if (!frame.Progressive)
        {
            Difference(busy);
            if (!frame.Lossless)
                Sequential(busy);
        }
        else if (scan.From > 0)
        {
            ref var nonzero = ref plane.Nonzero[y * plane.Stride + x];
            if (scan.High == 0)
                First(scan, busy, ref nonzero);
            else
                Refined(scan, busy, ref nonzero);
        }
        else if (scan.High == 0)
        {
            Difference(busy);
        }
        else
        {
            _bits.Put(busy ? 1u : 0, 1);
        }
    }

    private void Difference(bool busy)
    {
        var size = busy ? random.Next(7) : 0;
        _bits.Code(dc, size);
        Value(size);
    }

    private void Value(int size) => _bits.Put((uint)random.Next(1 << size), size);

    private void Sequential(bool busy)
    {
        var k = 1;
        while (busy && k <= 63 && random.Next(1000) < _busyCoefficients)
            k = Coefficient(k, 63) + 1;
        if (k <= 63)
            _bits.Code(ac, 0);
    }

    private int Coefficient(int k, int last)
    {
        var (skipped, size) = (random.Next(Math.Min(3, last - k + 1)), random.Next(1, 8));
        _bits.Code(ac, (skipped << 4) | size);
        Value(size);
        return k + skipped;
    }

    private void First(JpegScan scan, bool busy, ref ulong nonzero)
    {
        if (_run > 0)
        {
            _run--;
            return;
        }

        var k = scan.From;
        for (; busy && k <= scan.To && random.Next(1000) < _busyCoefficients; k++)
        {
            k = Coefficient(k, scan.To);
            nonzero |= 1UL << k;
        }

        if (k <= scan.To)
            _run = EndOfRun() - 1;
    }

    private int EndOfRun()
    {
        // Without anything to say a scan of 32,767 blocks fits into four bytes.
        var size = _busyBlocks < 1000 ? random.Pick(0, 7, 14, 14) : 0;
        _bits.Code(ac, size << 4);
        var more = random.Next(1 << size);
        _bits.Put((uint)more, size);
        return (1 << size) + more;
    }

    private void Refined(JpegScan scan, bool busy, ref ulong nonzero)
    {
        var k = scan.From;
        if (_run == 0)
        {
            for (; k <= scan.To; k++)
            {
                if (!busy || random.Next(1000) >= _busyCoefficients || Zeros(nonzero, k, scan.To) < 4)
                {
                    _run = EndOfRun();
                    break;
                }

                var skip = random.Next(3);
                _bits.Code(ac, (skip << 4) | 1);
                _bits.Put((uint)random.Next(2), 1);
                for (; (nonzero >> k & 1) != 0 || skip-- > 0; k++)
                    Correction(nonzero, k);
                nonzero |= 1UL << k;
            }
        }

        if (_run == 0)
            return;
        for (; k <= scan.To; k++)
            Correction(nonzero, k);
        _run--;
    }

    private void Correction(ulong nonzero, int k)
    {
        if ((nonzero >> k & 1) != 0)
            _bits.Put((uint)random.Next(2), 1);
    }

    private static int Zeros(ulong nonzero, int from, int to) =>
        System.Numerics.BitOperations.PopCount(~nonzero >> from << from << (63 - to));
}
