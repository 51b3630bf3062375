using Headroom.Measuring;

namespace Headroom.Tests.Measuring;

public sealed class MemoryMapReaderTests
{
    [Fact]
    public void Private_pages_are_summed_by_what_the_mapping_is()
    {
        using var tree = new FakeTree().Write("smaps", """
            00400000-00452000 r-xp 00000000 08:02 173521      /usr/lib/libonnxruntime.so.1
            Size:                328 kB
            Rss:                 300 kB
            Anonymous:            20 kB
            VmFlags: rd ex mr mw me
            01000000-01100000 rw-p 00000000 00:00 0           [heap]
            Rss:                 500 kB
            Anonymous:           400 kB
            7f000000-7f100000 rwxs 00000000 00:01 5           /memfd:doublemapper (deleted)
            Rss:                  64 kB
            Anonymous:             0 kB
            7f200000-7f300000 rw-p 00000000 00:00 0 
            Rss:                 900 kB
            Anonymous:           900 kB

            """);

        var maps = new MemoryMapReader(tree.At("smaps")).Read();

        Assert.Equal((20 * 1024, 400 * 1024, 0), (maps.LibraryData, maps.MainHeap, maps.Arenas));
        Assert.Equal(64 * 1024, maps.CompiledCode);
    }

    [Fact]
    public void The_other_arenas_of_the_c_library_are_told_by_their_reserve()
    {
        using var tree = new FakeTree().Write("smaps", """
            7f6b08000000-7f6b08021000 rw-p 00000000 00:00 0
            Anonymous:            48 kB
            7f6b08021000-7f6b0c000000 ---p 00000000 00:00 0
            Anonymous:             0 kB
            7f6b0c000000-7f6b0c6e1000 rw-p 00000000 00:00 0
            Anonymous:          6996 kB
            7f6b0c6e1000-7f6b10000000 ---p 00000000 00:00 0
            Anonymous:             0 kB
            7f6b40000000-7f6b40726000 rw-p 00000000 00:00 0
            Anonymous:          7320 kB
            7f6b40726000-7f6b40c00000 ---p 00000000 00:00 0
            Anonymous:             0 kB
            7f6b3fc00000-7f6b3fff2000 rw-p 00000000 00:00 0
            Anonymous:          4040 kB
            7f6b3fff2000-7f6b40000000 ---p 00000000 00:00 0
            Anonymous:             0 kB

            """);

        Assert.Equal((48 + 6996) * 1024, new MemoryMapReader(tree.At("smaps")).Read().Arenas);
    }

    [Fact]
    public void This_process_has_libraries_compiled_code_and_a_heap()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are read from /proc, which exists on Linux only.");
        var maps = new MemoryMapReader().Read();

        Assert.True(maps.LibraryData > 0);
        Assert.True(maps.CompiledCode > 0);
        Assert.True(maps.MainHeap > 0);
    }

    [Fact]
    public void Without_the_file_nothing_is_known()
    {
        using var tree = new FakeTree();
        var maps = new MemoryMapReader(tree.At("nowhere")).Read();

        Assert.Equal((0, 0, 0, 0), (maps.LibraryData, maps.CompiledCode, maps.MainHeap, maps.Arenas));
    }
}
