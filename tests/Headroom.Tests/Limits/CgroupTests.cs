using Headroom.Limits;

namespace Headroom.Tests.Limits;

public sealed class CgroupTests
{
    [Fact]
    public void In_v2_the_own_directory_and_every_ancestor_below_the_mount_are_found()
    {
        using var tree = FakeTree.V2("/a/b/c").V2Directory("/a", "max").V2Directory("/a/b", "max").V2Directory("/a/b/c", "max");

        var cgroup = Cgroup.Find(tree.Root);

        Assert.Equal(CgroupVersion.V2, cgroup?.Version);
        Assert.Equal([tree.At("sys/fs/cgroup/a/b/c"), tree.At("sys/fs/cgroup/a/b"), tree.At("sys/fs/cgroup/a")], cgroup!.Directories);
    }

    [Fact]
    public void In_v1_the_memory_hierarchy_is_found_with_its_root()
    {
        using var tree = FakeTree.V1("/docker/x")
            .V1Directory("", "9223372036854771712")
            .V1Directory("/docker", "9223372036854771712")
            .V1Directory("/docker/x", "1000");

        var cgroup = Cgroup.Find(tree.Root);

        Assert.Equal(CgroupVersion.V1, cgroup?.Version);
        Assert.Equal([tree.At("sys/fs/cgroup/memory/docker/x"), tree.At("sys/fs/cgroup/memory/docker"), tree.At("sys/fs/cgroup/memory")], cgroup!.Directories);
    }

    [Fact]
    public void Controllers_that_share_a_v1_hierarchy_are_understood()
    {
        using var tree = new FakeTree()
            .Membership("7:cpuset,memory:/x", "3:name=memory:/wrong")
            .Mounts("35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,cpuset,memory")
            .V1Directory("/x", "1000");

        Assert.Equal([tree.At("sys/fs/cgroup/memory/x")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Fact]
    public void On_a_hybrid_machine_the_hierarchy_that_has_the_memory_controller_counts()
    {
        string[] membership = ["4:memory:/old", "0::/new"];
        string[] mounts = ["41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"];
        using var memoryInV1 = new FakeTree()
            .Membership(membership)
            .Mounts(mounts)
            .V1Directory("/old", "1000")
            .Write("sys/fs/cgroup/unified/new/cgroup.procs", "1");
        using var memoryInV2 = new FakeTree().Membership(membership[1]).Mounts(mounts).V2Directory("/unified/new", "1000");

        Assert.Equal(CgroupVersion.V1, Cgroup.Find(memoryInV1.Root)?.Version);
        Assert.Equal([memoryInV2.At("sys/fs/cgroup/unified/new")], Cgroup.Find(memoryInV2.Root)?.Directories);
    }

    [Fact]
    public void Inside_a_container_the_mounted_part_stands_for_the_path_that_the_host_sees()
    {
        using var tree = new FakeTree()
            .Membership("4:memory:/docker/abc/child")
            .Mounts("35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory")
            .V1Directory("", "2000").V1Directory("/child", "1000");

        Assert.Equal([tree.At("sys/fs/cgroup/memory/child"), tree.At("sys/fs/cgroup/memory")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Theory]
    [InlineData("/docker/abc", "/docker/abc")]
    [InlineData("/docker/abc", "/docker/abcd")]
    [InlineData("/docker/abc", "/elsewhere")]
    [InlineData("/", "/../sibling")]
    [InlineData("/..", "/")]
    public void A_path_that_is_not_below_the_mounted_part_falls_back_to_the_mount_itself(string mounted, string member)
    {
        using var tree = new FakeTree()
            .Membership($"0::{member}")
            .Mounts($"30 23 0:26 {mounted} /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
            .V2Directory("", "1000");

        Assert.Equal([tree.At("sys/fs/cgroup")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Fact]
    public void Two_dots_inside_a_name_are_an_ordinary_name()
    {
        using var tree = FakeTree.V2("/a..b").V2Directory("/a..b", "1000");

        Assert.Equal([tree.At("sys/fs/cgroup/a..b")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Fact]
    public void Of_several_mounts_the_one_that_holds_the_path_is_used()
    {
        using var tree = new FakeTree()
            .Membership("0::/")
            .Mounts("29 23 0:26 /../.. /host/sys/fs/cgroup ro - cgroup2 cgroup2 rw", "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw")
            .V2Directory("", "1000")
            .Write("host/sys/fs/cgroup/cgroup.procs", "1");

        Assert.Equal([tree.At("sys/fs/cgroup")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Fact]
    public void A_mount_of_somebody_else_s_part_that_comes_first_is_passed_over()
    {
        using var tree = new FakeTree()
            .Membership("4:memory:/docker/abc")
            .Mounts(
                "34 31 0:32 /docker/other /mnt/other ro - cgroup cgroup rw,memory",
                "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory")
            .V1Directory("", "1000")
            .Write("mnt/other/memory.limit_in_bytes", "5");

        Assert.Equal([tree.At("sys/fs/cgroup/memory")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Fact]
    public void A_mount_point_with_a_space_is_read()
    {
        using var tree = new FakeTree()
            .Membership("0::/x")
            .Mounts("""30 23 0:26 / /sys/my\040groups rw - cgroup2 cgroup2 rw""")
            .Write("sys/my groups/x/memory.current", "1");

        Assert.Equal([tree.At("sys/my groups/x")], Cgroup.Find(tree.Root)?.Directories);
    }

    [Fact]
    public void No_files_mean_no_cgroup()
    {
        using var tree = new FakeTree();

        Assert.Null(Cgroup.Find(tree.Root));
        Assert.Null(Cgroup.Find(tree.At("nowhere")));
    }

    [Theory]
    [InlineData("", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")]
    [InlineData("0::/x", "")]
    [InlineData("0::/x", "nonsense - - -")]
    [InlineData("0::/x", "30 23 0:26 / /sys/fs/cgroup rw")]
    [InlineData("nonsense", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")]
    [InlineData("0:", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")]
    public void Odd_files_mean_no_cgroup_and_no_exception(string membership, string mount)
    {
        using var tree = new FakeTree().Membership(membership).Mounts(mount).V2Directory("/x", "1000");

        Assert.Null(Cgroup.Find(tree.Root));
    }

    [Fact]
    public void A_hierarchy_without_the_memory_controller_is_no_memory_cgroup()
    {
        using var tree = FakeTree.V2("/x").Write("sys/fs/cgroup/x/cgroup.procs", "1");

        Assert.Null(Cgroup.Find(tree.Root));
    }
}
