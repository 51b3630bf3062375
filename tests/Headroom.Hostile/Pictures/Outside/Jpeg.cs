namespace Headroom.Hostile.Pictures.Outside;

/// <summary>
/// JPEG files from scratch: any number of planes with any sampling, sequential, progressive, lossless, arithmetic and 12-bit
/// frames, interleaved or not, with restarts, and with what an attacker would put between.
/// </summary>
internal sealed class Jpeg(Random random)
{
    private readonly JpegSegments _segments = new(random);

    public (string What, byte[] File) Make()
    {
        var frame = Frame();
        frame.Clear();
        var scans = JpegScript.Make(random, frame);
        var (dc, ac) = (JpegCodes.Dc(random, frame.Lossless), JpegCodes.Ac(random));
        var restart = Restart(frame);
        var coder = new JpegCoder(random, frame, dc, ac, restart);
        var kinds = new List<string>();
        var (height, shape) = Said(frame);
        var tables = JpegFrame.Segment(0xC4, [.. dc.Table(0x00), .. dc.Table(0x01), .. ac.Table(0x10), .. ac.Table(0x11)]);

        var file = new Bytes().Raw(0xFF, 0xD8).Raw(_segments.Some(kinds));
        if (frame.Planes.Length == 4 && !random.OneIn(3))
            file.Raw(JpegFrame.Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, random.Pick<byte>(0, 2)]));
        file.Raw(_segments.Quantization()).Raw(_segments.Some(kinds)).Raw(frame.Header(height)).Raw(tables);
        if (restart > 0)
            file.Raw(JpegFrame.Segment(0xDD, new Bytes().Big16(restart).ToArray()));
        foreach (var scan in scans)
        {
            if (random.OneIn(scans.Count < 20 ? 4 : 50))
                file.Raw(_segments.Some(kinds));
            file.Raw(Header(scan)).Raw(coder.Write(scan));
            if (height == 0 && scan == scans[0])
                file.Raw(JpegFrame.Segment(0xDC, new Bytes().Big16(frame.Height).ToArray()));
        }

        if (!random.OneIn(30))
            file.Raw(0xFF, 0xD9);
        return ($"{shape}, {scans.Count} scans, restart {restart}, [{string.Join(' ', kinds.Take(12))}{(kinds.Count > 12 ? $" … {kinds.Count}" : "")}]",
            file.ToArray());
    }

    private JpegFrame Frame()
    {
        var marker = random.Next(60) switch
        {
            < 22 => 0xC0,
            < 26 => 0xC1,
            < 53 => 0xC2,
            < 55 => 0xC3,
            < 57 => 0xC9,
            < 59 => 0xCA,
            _ => random.Pick(0xC5, 0xC6, 0xC7, 0xC8, 0xCB, 0xCD, 0xCE, 0xCF),
        };
        var count = random.Next(24) switch { < 15 => 3, < 19 => 1, < 22 => 4, 22 => 2, _ => random.Pick(5, 10, 11) };
        var precision = random.OneIn(50) ? random.Pick(12, 16, 2, 0) : 8;
        var (width, height) = random.Area(random.Pick(65_500, 65_500, 65_535, 32_000));
        if (marker == 0xC3)
            height = Math.Min(height, 1 + 2_000_000 / width);
        return new JpegFrame(marker, precision, width, height, Planes(count));
    }

    private JpegPlane[] Planes(int count)
    {
        var (across, down) = random.Pick((1, 1), (2, 1), (2, 2), (1, 2), (2, 2), (2, 1), (4, 1), (1, 4), (4, 2), (2, 4), (4, 4), (3, 1), (1, 3), (3, 3));
        var odd = random.Next(10);
        var first = random.OneIn(10) ? 'R' : 1;
        return [.. Enumerable.Range(0, count).Select(Plane)];

        JpegPlane Plane(int i)
        {
            var id = first == 'R' && i < 3 ? "RGB"[i] : i + random.Pick(1, 1);
            return odd switch
            {
                0 => new JpegPlane(id, random.Next(1, 5), random.Next(1, 5)),
                1 => new JpegPlane(id, across, down),
                2 => i == 0 ? new JpegPlane(id, 1, 1) : new JpegPlane(id, across, down),
                _ => i is 0 or 3 ? new JpegPlane(id, across, down) : new JpegPlane(id, 1, 1),
            };
        }
    }

    private int Restart(JpegFrame frame)
    {
        if (!random.OneIn(4))
            return 0;
        return frame.Lossless ? frame.GroupsAcross : random.Pick(1, 2, frame.GroupsAcross, 1000, 65_535) & 0xFFFF;
    }

    private (int Height, string Shape) Said(JpegFrame frame)
    {
        var height = random.Next(45) switch { 0 => 0, 1 => Math.Min(65_500, frame.Height * 3), 2 => Math.Max(1, frame.Height / 2), _ => frame.Height };
        var sampling = string.Join(' ', frame.Planes.Select(plane => $"{plane.Across}x{plane.Down}"));
        var lines = height == frame.Height ? "" : $" (data of {frame.Height} lines)";
        return (height, $"jpeg {frame.Marker:X2} {frame.Width}×{height}{lines} of {frame.Precision} bits, {sampling}");
    }

    private static byte[] Header(JpegScan scan)
    {
        var body = new Bytes().Raw((byte)scan.Planes.Length);
        foreach (var plane in scan.Planes)
            body.Raw((byte)plane.Id, 0);
        return JpegFrame.Segment(0xDA, body.Raw((byte)scan.From, (byte)scan.To, (byte)((scan.High << 4) | scan.Low)).ToArray());
    }
}
