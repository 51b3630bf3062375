namespace Headroom.Hostile.Pictures.Outside;

/// <summary>Which scans a JPEG frame comes in: usual ones, one for each coefficient and bit, the same again and again, or not all.</summary>
internal static class JpegScript
{
    // Blocks in all scans together: what a test can write and decode in a moment.
    private const long MostWork = 3_000_000;

    public static List<JpegScan> Make(Random random, JpegFrame frame)
    {
        var scans = frame.Progressive ? Progressive(random, frame) : Sequential(random, frame);
        if (random.OneIn(15))
            scans.RemoveRange(1, random.Next(scans.Count));
        if (random.OneIn(12))
            Repeat(random, scans, random.Pick(1, 5, 40, 400));
        var most = (int)Math.Clamp(MostWork * frame.Planes.Length / Math.Max(1, frame.Blocks), 12, 2000);
        if (scans.Count > most)
            scans.RemoveRange(most, scans.Count - most);
        return scans;
    }

    private static List<JpegScan> Sequential(Random random, JpegFrame frame)
    {
        var (from, to) = frame.Lossless ? (random.Next(1, 8), 0) : (0, 63);
        var parts = Parts(random, frame);
        return [.. parts.Select(part => new JpegScan(part, from, to, 0, frame.Lossless && random.OneIn(4) ? random.Next(8) : 0))];
    }

    // All planes in one scan, each in its own, or the first alone.
    private static JpegPlane[][] Parts(Random random, JpegFrame frame)
    {
        var planes = frame.Planes;
        var together = planes.Length <= 4 && (JpegFrame.Fits(planes) || random.OneIn(30));
        return random.Next(5) switch
        {
            < 3 when together => [planes],
            3 when planes.Length > 1 && planes.Length <= 4 && JpegFrame.Fits(planes.Skip(1)) => [planes[..1], planes[1..]],
            _ => [.. planes.Select(plane => new[] { plane })],
        };
    }

    private static List<JpegScan> Progressive(Random random, JpegFrame frame)
    {
        var scans = new List<JpegScan>();
        var parts = Parts(random, frame);
        var low = random.Pick(0, 0, 1, 1, 1, 2, 5, 13);
        Refined(parts, 0, 0, low, scans);
        if (random.OneIn(12))
            return scans;
        foreach (var plane in frame.Planes)
        {
            var lowHere = random.Pick(0, 0, 0, 1, 1, 2, low);
            foreach (var (from, to) in Bands(random))
                Refined([[plane]], from, to, lowHere, scans);
        }

        return scans;
    }

    private static void Refined(JpegPlane[][] parts, int from, int to, int low, List<JpegScan> scans)
    {
        for (var bit = low; bit >= 0; bit--)
            scans.AddRange(parts.Select(part => new JpegScan(part, from, to, bit == low ? 0 : bit + 1, bit)));
    }

    private static IEnumerable<(int From, int To)> Bands(Random random)
    {
        var width = random.Pick(63, 63, 63, 63, 63, 63, 20, 5, 1);
        var first = width == 63 ? random.Pick(1, 6) : 1;
        if (first > 1)
            yield return (1, first - 1);
        for (var from = first; from <= 63; from += width)
            yield return (from, Math.Min(63, from + width - 1));
    }

    // The same once more is an error by the standard and a warning to libjpeg.
    private static void Repeat(Random random, List<JpegScan> scans, int times)
    {
        var which = scans.ToArray();
        for (var i = 0; i < times; i++)
            scans.Add(random.Pick<JpegScan>(which));
    }
}
