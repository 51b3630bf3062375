namespace Headroom.Hostile.Pictures.Outside;

/// <summary>Lossy WebP frames from scratch (RFC 6386, 9): a right header with any setting, and zeros or noise as what it is followed by.</summary>
internal sealed class Vp8(Random random)
{
    public (string What, byte[] Frame) Make(int width, int height)
    {
        var blocks = (long)((width + 15) / 16) * ((height + 15) / 16);
        var partitions = random.Pick(0, 0, 1, 2, 3);
        var simple = random.OneIn(4);
        var content = random.Pick("zeros", "zeros", "noise", "both");
        byte[] first = [.. Header(partitions, simple).ToArray(), .. Content(content, 30 + blocks * 9)];
        var tokens = new List<byte[]>();
        for (var i = 0; i < 1 << partitions; i++)
            tokens.Add(Content(content, 60 + (content == "zeros" ? 6 : random.Pick(220, 220, 20)) * (blocks >> partitions)));

        var profile = random.OneIn(20) ? random.Next(8) : simple ? 1 : 0;
        var hidden = random.OneIn(60);
        var between = random.OneIn(60);
        var frame = new Bytes().Little24((first.Length << 5) | (hidden ? 0 : 16) | (profile << 1) | (between ? 1 : 0));
        frame.Raw(0x9D, 0x01, 0x2A).Little16(width | (random.Next(8) == 0 ? random.Next(4) << 14 : 0)).Little16(height).Raw(first);
        var lie = random.OneIn(15) ? random.Pick(0, 1, 0xFFFFFF) : -1;
        foreach (var part in tokens.SkipLast(1))
            frame.Little24(lie >= 0 ? lie : part.Length);
        foreach (var part in tokens)
            frame.Raw(part);
        return ($"VP8 {width}×{height} of {content}, {1 << partitions} partitions, profile {profile}"
            + $"{(hidden ? ", hidden" : "")}{(between ? ", not a key frame" : "")}{(lie >= 0 ? ", sizes lie" : "")}", frame.ToArray());
    }

    private BoolCoder Header(int partitions, bool simple)
    {
        var coder = new BoolCoder().Put(random.OneIn(30) ? 1 : 0, 1).Put(random.Next(2), 1);
        var segments = random.OneIn(3);
        coder.Put(segments ? 1 : 0, 1);
        if (segments)
            Segments(coder);
        coder.Put(simple ? 1 : 0, 1).Put(random.Pick(0, 20, 63), 6).Put(random.Next(8), 3);
        var deltas = random.OneIn(3);
        coder.Put(deltas ? 1 : 0, 1);
        if (deltas)
        {
            coder.Put(1, 1);
            for (var i = 0; i < 8; i++)
                coder.Signed(random.Next(-63, 64), 6);
        }

        coder.Put(partitions, 2).Put(random.Next(128), 7);
        for (var i = 0; i < 5; i++)
            coder.Put(0, 1);
        return coder.Put(1, 1);
    }

    private void Segments(BoolCoder coder)
    {
        coder.Put(1, 1).Put(1, 1).Put(1, 1);
        for (var i = 0; i < 4; i++)
            coder.Signed(random.Next(-127, 128), 7);
        for (var i = 0; i < 4; i++)
            coder.Signed(random.Next(-63, 64), 6);
        for (var i = 0; i < 3; i++)
            coder.Put(1, 1).Put(random.Next(256), 8);
    }

    private byte[] Content(string content, long wanted)
    {
        var length = (int)Math.Min(wanted, 4_000_000);
        return content switch
        {
            "zeros" => new byte[length],
            "noise" => random.Noise(length),
            _ => [.. new byte[length / 3], .. random.Noise(length - length / 3)],
        };
    }
}
