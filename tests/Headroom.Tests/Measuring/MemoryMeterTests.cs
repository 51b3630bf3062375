using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.Tests.Measuring;

public sealed class MemoryMeterTests
{
    [Fact]
    public void The_parts_of_this_process_are_read_from_its_status()
    {
        using var tree = new FakeTree().Write(
            "proc/self/status", "Name:\tx\nVmRSS:\t     999 kB\nRssAnon:\t     100 kB\nRssFile:\t     20 kB\nRssShmem:\t     3 kB\n");
        var clock = new FakeClock();

        var snapshot = new MemoryMeter(new MemoryLimit(new ByteSize(1000), "test"), clock, tree.Root).Read();

        Assert.Equal((100 * 1024, 20 * 1024, 3 * 1024), (snapshot.Anonymous, snapshot.File, snapshot.Shared));
        Assert.Equal(123 * 1024, snapshot.Rss);
        Assert.Equal(103 * 1024, snapshot.Unreclaimable);
        Assert.Equal(snapshot.Rss, snapshot.WorkingSet);
        Assert.Null(snapshot.Cgroup);
        Assert.Equal(clock.GetUtcNow(), snapshot.At);
        Assert.True(snapshot.GcHeap > 0);
        Assert.True(snapshot.GcLimit > 0);
    }

    [Fact]
    public void In_v2_the_parts_sum_to_what_the_kernel_cannot_take_back()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000000", current: "500000", stat: """
            anon 100000
            file 70000
            kernel 30000
            kernel_stack 1000
            pagetables 2000
            percpu 300
            sock 4000
            shmem 5000
            file_mapped 6000
            file_dirty 700
            file_writeback 80
            inactive_anon 11
            active_anon 12
            inactive_file 20000
            active_file 13
            slab_reclaimable 9000
            slab_unreclaimable 500
            pgfault 77
            pgmajfault 7
            """);

        var usage = Measure(tree);

        Assert.Equal(500_000, usage.Total);
        Assert.Equal((100_000, 5_000), (usage.Anonymous, usage.Shared));
        Assert.Equal(30_000 - 9_000, usage.Kernel);
        Assert.Equal((4_000, 780), (usage.Sockets, usage.Dirty));
        Assert.Equal((13, 20_000, 7), (usage.ActiveFile, usage.InactiveFile, usage.MajorFaults));
        Assert.Equal(100_000 + 5_000 + 21_000 + 4_000 + 780, usage.Unreclaimable);
        Assert.Equal(480_000, usage.WorkingSet);
    }

    [Fact]
    public void A_v2_kernel_that_does_not_sum_its_own_memory_has_the_parts_summed()
    {
        using var tree = FakeTree.V2("/a").V2Directory(
            "/a", "1000000", stat: "anon 1\nkernel_stack 1000\npagetables 2000\npercpu 300\nslab_reclaimable 9000\nslab_unreclaimable 500\n");

        Assert.Equal(3_800, Measure(tree).Kernel);
    }

    [Fact]
    public void In_v1_socket_memory_is_added_because_it_is_counted_beside_the_total()
    {
        using var tree = FakeTree.V1("/a")
            .V1Directory("/a", "1000000", usage: "500000", stat: """
                cache 1
                rss 2
                shmem 3
                dirty 4
                total_cache 60000
                total_rss 100000
                total_shmem 5000
                total_dirty 700
                total_writeback 80
                total_pgmajfault 7
                total_inactive_file 20000
                total_active_file 13
                """)
            .Write("sys/fs/cgroup/memory/a/memory.kmem.usage_in_bytes", "30000\n")
            .Write("sys/fs/cgroup/memory/a/memory.kmem.tcp.usage_in_bytes", "4000\n");

        var usage = Measure(tree);

        Assert.Equal(504_000, usage.Total);
        Assert.Equal(100_000 + 5_000 + 30_000 + 4_000 + 780, usage.Unreclaimable);
        Assert.Equal((13, 20_000, 7), (usage.ActiveFile, usage.InactiveFile, usage.MajorFaults));
        Assert.Equal(484_000, usage.WorkingSet);
    }

    [Fact]
    public void What_is_charged_to_the_limiting_ancestor_counts_not_the_own_part_of_it()
    {
        using var tree = FakeTree.V2("/a/b").V2Directory("/a", "1000", stat: "anon 700\n").V2Directory("/a/b", "max", stat: "anon 100\n");

        Assert.Equal(700, Measure(tree).Unreclaimable);
    }

    [Fact]
    public void Keys_and_files_that_a_kernel_lacks_count_as_zero()
    {
        using var tree = FakeTree.V1("/a").V1Directory("/a", "1000000", stat: "total_rss 5\n");
        File.Delete(tree.At("sys/fs/cgroup/memory/a/memory.usage_in_bytes"));

        var usage = Measure(tree);

        Assert.Equal((5, 0, 0), (usage.Unreclaimable, usage.Total, usage.WorkingSet));
    }

    [Fact]
    public void A_cgroup_that_vanished_leaves_the_process_s_own_figures()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000").Write("proc/self/status", "RssAnon:\t8 kB\n");
        var limit = new MemoryLimitDetector(tree.Root).Detect();
        Directory.Delete(tree.At("sys/fs/cgroup/a"), recursive: true);

        var snapshot = new MemoryMeter(limit, root: tree.Root).Read();

        Assert.Null(snapshot.Cgroup);
        Assert.Equal(8 * 1024, snapshot.Unreclaimable);
    }

    [Fact]
    public void Without_proc_everything_but_the_runtime_s_own_figures_is_zero()
    {
        using var tree = new FakeTree();

        var snapshot = new MemoryMeter(new MemoryLimit(new ByteSize(1000), "test"), root: tree.At("nowhere")).Read();

        Assert.Equal((0, 0), (snapshot.Rss, snapshot.Unreclaimable));
    }

    [Theory]
    [InlineData("workingset_refault_anon 3\nworkingset_refault_file 77\n", 77)]
    [InlineData("workingset_refault 78\n", 78)]
    [InlineData("anon 1\n", null)]
    public void Refaults_are_read_under_either_name_and_unknown_where_the_kernel_has_none(string stat, int? refaults)
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000", stat: stat);

        Assert.Equal(refaults, Measure(tree).Refaults);
    }

    [Fact]
    public void The_share_of_stalled_time_is_read_where_the_kernel_measures_it()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000", stat: "anon 1\n");
        Assert.Null(Measure(tree).Stalled);

        tree.Write("sys/fs/cgroup/a/memory.pressure", "some avg10=12.50 avg60=3.00 avg300=0.00 total=4711\nfull avg10=1.00 avg60=0.00 avg300=0.00 total=1\n");

        Assert.Equal(0.125, Measure(tree).Stalled);
    }

    [Fact]
    public void Another_cgroup_is_measured_once_its_limit_is_the_tightest()
    {
        using var tree = FakeTree.V2("/a/b").V2Directory("/a", "1000", stat: "anon 700\n").V2Directory("/a/b", "max", stat: "anon 100\n");
        using var detector = new MemoryLimitDetector(tree.Root);
        using var meter = new MemoryMeter(detector.Detect(), root: tree.Root);
        Assert.Equal(700, meter.Read().Unreclaimable);
        tree.Write("sys/fs/cgroup/a/b/memory.max", "500\n");

        meter.Follow(detector.Detect());

        Assert.Equal(100, meter.Read().Unreclaimable);
    }

    [Fact]
    public void Files_are_read_anew_at_every_measurement()
    {
        using var tree = FakeTree.V2("/a").V2Directory("/a", "1000", stat: "anon 700\n").Write("proc/self/io", "rchar: 5\n");
        using var meter = new MemoryMeter(new MemoryLimitDetector(tree.Root).Detect(), root: tree.Root);
        Assert.Equal((700, 5), (meter.Read().Unreclaimable, meter.Read().ReadByCalls));

        tree.Write("sys/fs/cgroup/a/memory.stat", "anon 8\n").Write("proc/self/io", "rchar: 6000\n");

        Assert.Equal((8, 6000), (meter.Read().Unreclaimable, meter.Read().ReadByCalls));
    }

    private static CgroupUsage Measure(FakeTree tree)
    {
        var limit = new MemoryLimitDetector(tree.Root).Detect();
        return new MemoryMeter(limit, root: tree.Root).Read().Cgroup ?? throw new InvalidOperationException("No cgroup was measured.");
    }
}
