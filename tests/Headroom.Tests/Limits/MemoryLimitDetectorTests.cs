using Headroom.Limits;

namespace Headroom.Tests.Limits;

public sealed class MemoryLimitDetectorTests
{
    private const long Physical = 2_097_152L * 1024;

    [Fact]
    public void In_v2_the_own_limit_applies()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "536870912");

        var limit = new MemoryLimitDetector(tree.Root).Detect();

        Assert.Equal(536_870_912, limit.Size.Bytes);
        Assert.Equal(tree.At("sys/fs/cgroup/a"), limit.CgroupDirectory);
        Assert.StartsWith("cgroup v2", limit.Source, StringComparison.Ordinal);
        Assert.EndsWith("/a/memory.max", limit.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a", 1000, 2000, 3000)]
    [InlineData("/a/b", 3000, 1000, 2000)]
    [InlineData("/a/b/c", 3000, 2000, 1000)]
    public void The_tightest_of_all_ancestors_applies(string tightest, int a, int b, int c)
    {
        using var tree = FakeTree.V2("/a/b/c").V2Directory("/a", $"{a}").V2Directory("/a/b", $"{b}").V2Directory("/a/b/c", $"{c}");

        var limit = new MemoryLimitDetector(tree.Root).Detect();

        Assert.Equal(1000, limit.Size.Bytes);
        Assert.Equal(tree.At("sys/fs/cgroup" + tightest), limit.CgroupDirectory);
    }

    [Fact]
    public void In_v1_the_tightest_of_all_ancestors_applies()
    {
        using var tree = FakeTree.V1("/a/b").V1Directory("", "9223372036854771712").V1Directory("/a", "1000").V1Directory("/a/b", "2000");

        var limit = new MemoryLimitDetector(tree.Root).Detect();

        Assert.Equal(1000, limit.Size.Bytes);
        Assert.Equal(tree.At("sys/fs/cgroup/memory/a"), limit.CgroupDirectory);
        Assert.StartsWith("cgroup v1", limit.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_threshold_that_throttles_limits_as_well()
    {
        using var tree = FakeTree.V2("/a/b").V2Directory("/a", "3000", high: "1000").V2Directory("/a/b", "2000");

        var limit = new MemoryLimitDetector(tree.Root).Detect();

        Assert.Equal(1000, limit.Size.Bytes);
        Assert.EndsWith("/a/memory.high", limit.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Max_is_no_limit()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "max");

        var limit = new MemoryLimitDetector(tree.Root).Detect();

        Assert.Equal(new MemoryLimit(new ByteSize(Physical), "physical memory", limit.Cgroup), limit);
        Assert.NotNull(limit.Cgroup);
    }

    [Theory]
    [InlineData("9223372036854771712")]
    [InlineData("9223372036854710272")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("nonsense")]
    public void In_v1_the_largest_number_and_anything_odd_are_no_limit(string written)
    {
        using var tree = FakeTree.V1("/a").V1Directory("/a", written);

        var limit = new MemoryLimitDetector(tree.Root).Detect();

        Assert.Equal(Physical, limit.Size.Bytes);
        Assert.Null(limit.CgroupDirectory);
    }

    [Fact]
    public void Without_any_cgroup_the_machine_s_memory_applies()
    {
        using var tree = new FakeTree();

        Assert.Equal(new MemoryLimit(new ByteSize(Physical), "physical memory"), new MemoryLimitDetector(tree.Root).Detect());
    }

    [Fact]
    public void Without_any_file_at_all_what_the_runtime_knows_applies()
    {
        using var tree = new FakeTree();

        var limit = new MemoryLimitDetector(tree.At("nowhere")).Detect();

        Assert.True(limit.Size > ByteSize.Zero);
        Assert.Null(limit.Cgroup);
    }

    [Fact]
    public void A_limit_above_the_machine_s_memory_does_not_bind()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", $"{Physical * 2}");

        Assert.Equal("physical memory", new MemoryLimitDetector(tree.Root).Detect().Source);
    }

    [Fact]
    public void A_file_that_vanished_does_not_hide_the_others()
    {
        using var tree = FakeTree.V2("/a/b").V2Directory("/a", "1000").V2Directory("/a/b", "500");
        File.Delete(tree.At("sys/fs/cgroup/a/b/memory.max"));

        Assert.Equal(1000, new MemoryLimitDetector(tree.Root).Detect().Size.Bytes);
    }

    [Fact]
    public void The_configuration_tightens_the_limit_and_the_cgroup_stays_the_one_to_measure()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000");

        var limit = new MemoryLimitDetector(tree.Root).Detect(new ByteSize(600));

        Assert.Equal((600, "configuration"), (limit.Size.Bytes, limit.Source));
        Assert.Equal(tree.At("sys/fs/cgroup/a"), limit.CgroupDirectory);
    }

    [Fact]
    public void The_configuration_cannot_loosen_the_limit()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000");

        Assert.Equal(1000, new MemoryLimitDetector(tree.Root).Detect(new ByteSize(5000)).Size.Bytes);
    }

    [Fact]
    public void Asking_again_gives_the_same_answer_until_the_limit_changes()
    {
        using var tree = FakeTree.V2("/a/b").V2Directory("/a", "2000").V2Directory("/a/b", "max");
        using var detector = new MemoryLimitDetector(tree.Root);
        var first = detector.Detect();
        Assert.Same(first, detector.Detect());

        tree.Write("sys/fs/cgroup/a/b/memory.max", "1000\n");
        Assert.Equal((1000, tree.At("sys/fs/cgroup/a/b")), (detector.Detect().Size.Bytes, detector.Detect().CgroupDirectory));
        tree.Write("sys/fs/cgroup/a/b/memory.max", "max\n").Write("sys/fs/cgroup/a/memory.max", "3000\n");
        Assert.Equal((3000, tree.At("sys/fs/cgroup/a")), (detector.Detect().Size.Bytes, detector.Detect().CgroupDirectory));
        Assert.Equal(500, detector.Detect(new ByteSize(500)).Size.Bytes);
    }

    [Fact]
    public void A_process_that_is_moved_to_another_cgroup_is_followed()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "2000").V2Directory("/b", "1000");
        using var detector = new MemoryLimitDetector(tree.Root);
        Assert.Equal(2000, detector.Detect().Size.Bytes);

        tree.Membership("0::/b");

        Assert.Equal((1000, tree.At("sys/fs/cgroup/b")), (detector.Detect().Size.Bytes, detector.Detect().CgroupDirectory));
    }
}
