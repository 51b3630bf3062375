using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Headroom.Reconciling;

namespace Headroom.WholeProcess.Tests.Memory;

/// <summary>The real thing: this process's own peak.</summary>
public sealed class RealPeakTests
{
    private const int Size = 96 << 20;
    private readonly WorkKind _kind = new WorkObserver().AddKind("real");

    public RealPeakTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Peaks are read from /proc, which exists on Linux only.");

    [Fact]
    public void Native_memory_that_is_touched_and_freed_is_measured_within_a_tenth()
    {
        // A higher peak before it must not count.
        Touch(2 * Size);
        using (_kind.Begin(Size))
            Touch(Size);

        Assert.Equal(1, _kind.Status.Observations);
        Assert.InRange(_kind.Status.ObservedMean.Bytes, Size * 0.9, Size * 1.1);
    }

    [Fact]
    public void A_mapped_file_that_is_read_for_the_first_time_is_not_charged()
    {
        var path = Path.Join(AppContext.BaseDirectory, $"mapped-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(path, new byte[Size]);
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            var sum = 0;
            using (_kind.Begin(Size))
            {
                for (var i = 0; i < Size; i += 4096)
                    sum += view.ReadByte(i);
                Touch(Size / 2);
            }
            Assert.Equal(0, sum);
            Assert.InRange(_kind.Status.ObservedMean.Bytes, Size * 0.4, Size * 0.6);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static unsafe void Touch(int size)
    {
        var memory = NativeMemory.Alloc((nuint)size);
        new Span<byte>(memory, size).Fill(1);
        NativeMemory.Free(memory);
    }
}
