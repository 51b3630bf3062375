using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.Tests.Measuring;

public sealed class MemoryBreakdownTests
{
    [Fact]
    public void The_parts_and_what_they_leave_unexplained_sum_to_the_working_set()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Measuring reads /proc, which exists on Linux only.");
        using var tree = FakeTree.V2("/a").V2Directory(
            "/a", "1000000000", current: "900000000", stat: "anon 1\nkernel 30000\nsock 4000\nactive_file 600000\ninactive_file 100000000\n");
        var breakdown = MemoryBreakdown.Read(new MemoryMeter(new MemoryLimitDetector(tree.Root).Detect()));

        Assert.Equal(800_000_000, breakdown.Snapshot.WorkingSet);
        Assert.Equal(breakdown.Snapshot.WorkingSet, breakdown.Parts.Sum(p => p.Bytes) + breakdown.Unexplained);
        Assert.Equal((30_000, 4_000, 600_000), (Part("kernel"), Part("sockets"), Part("file pages in use (code, weights)")));
        Assert.True(Part("managed heap") > 100_000);
        Assert.All(breakdown.Parts, part => Assert.True(part.Bytes >= 0, $"{part} can't be negative."));

        long Part(string name) => breakdown.Parts.Single(p => p.Name == name).Bytes;
    }

    [Fact]
    public void Without_a_cgroup_the_parts_are_of_the_resident_set()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Measuring reads /proc, which exists on Linux only.");
        var breakdown = MemoryBreakdown.Read(new MemoryMeter(new MemoryLimit(ByteSize.FromMegabytes(512), "test")));

        Assert.Equal(breakdown.Snapshot.Rss, breakdown.Parts.Sum(p => p.Bytes) + breakdown.Unexplained);
        Assert.Equal(breakdown.Snapshot.File, breakdown.Parts.Single(p => p.Name == "file pages (code, weights)").Bytes);
    }
}
