using Headroom.Bench.Watching;

namespace Headroom.Bench.Tests.Watching;

public sealed class WatchReportTests
{
    [Fact]
    public void The_floor_is_the_least_of_its_part_of_the_time()
    {
        long[] unreclaimable = [1, 90, 80, 85, 70, 75, 60, 95, 50];
        var report = new WatchReport([.. unreclaimable.Select((bytes, second) => new WatchPoint(second, bytes, 0, 0))], 0, 0, null, null, null);
        Assert.Equal(80, report.Floor(1 / 9.0, 4 / 9.0));
        Assert.Equal(50, report.Floor(2 / 3.0, 1));
        Assert.Equal(1, report.Floor(0, 1));
    }

    [Fact]
    public void Without_points_there_is_no_floor() => Assert.Equal(0, new WatchReport([], 0, 0, null, null, null).Floor(0, 1));

    [Theory]
    [InlineData("""{"working_set_mb": 200, "unexplained_mb": 5, "parts": [{"name": "kernel", "mb": 195}], "trend": {"kind": "leak"}}""", 0.025, "leak")]
    [InlineData("""{"working_set_mb": 200, "unexplained_mb": -10, "parts": [], "trend": "healthy"}""", 0.05, null)]
    [InlineData("""{"working_set_mb": 0, "unexplained_mb": 5, "parts": []}""", 0, null)]
    public void A_status_is_read_with_or_without_a_trend(string json, double unexplained, string? trend)
    {
        var status = MemoryStatus.Parse(json);
        Assert.Equal((unexplained, trend), (status.Unexplained, status.Trend));
    }

    [Fact]
    public void A_status_keeps_what_each_part_held() =>
        Assert.Equal(
            new Dictionary<string, double> { ["working set"] = 200, ["unexplained"] = 5, ["kernel"] = 195 },
            MemoryStatus.Parse("""{"working_set_mb": 200, "unexplained_mb": 5, "parts": [{"name": "kernel", "mb": 195}]}""").Megabytes);

    [Fact]
    public void Probes_are_summed_up_by_what_happened()
    {
        var report = ProbeReport.From([3, 1, 2], ["503", "503", "ConnectionRefused"]);
        Assert.Equal((6, 3, 2.0, 3.0), (report.Probes, report.Failed, report.P50, report.Max));
        Assert.Equal(2, report.Failures["503"]);
    }
}
