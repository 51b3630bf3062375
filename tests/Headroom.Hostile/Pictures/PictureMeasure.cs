using Headroom.Imaging;
using Headroom.WholeProcess.Tests.Imaging;

namespace Headroom.Hostile.Pictures;

/// <summary>What decoding a file took: bytes of memory against those of its lease, and time of the processor.</summary>
internal readonly record struct PictureCost(long Grown, long Lease, string Outcome, TimeSpan Processor)
{
    public long Over => Grown - Lease;
}

/// <summary>Reads a file's header, then decodes it, as a service does with a lease between.</summary>
internal sealed class PictureMeasure
{
    /// <summary>What a decode may take beyond its lease.</summary>
    public const long Slack = 5 << 20;

    private readonly ImageDecoder _decoder = new();

    // The least of up to three counts: what else the process does meanwhile only adds to it.
    public PictureCost Measure(byte[] file)
    {
        long lease = 0;
        var outcome = "";
        var grown = long.MaxValue;
        var processor = TimeSpan.MaxValue;
        for (var i = 0; i < 3 && grown > lease + Slack; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            grown = Math.Min(grown, ProcessMemory.PeakGrowth(() =>
            {
                try
                {
                    using var stream = new MemoryStream(file, writable: false);
                    var header = _decoder.ReadHeader(stream);
                    lease = _decoder.EstimateBytes(header);
                    _decoder.Decode(stream, header).Dispose();
                    outcome = "ok";
                }
                catch (ImageException problem)
                {
                    outcome = problem.Problem.ToString();
                }
            }));
            var used = Environment.CpuUsage.TotalTime - before;
            processor = used < processor ? used : processor;
        }

        return new PictureCost(grown, lease, outcome, processor);
    }
}
