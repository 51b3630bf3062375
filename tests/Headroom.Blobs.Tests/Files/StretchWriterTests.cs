using FsCheck.Fluent;
using Headroom.Blobs.Files;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Tests.Files;

public sealed class StretchWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Flusher _flusher = new();

    public void Dispose()
    {
        _flusher.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_has_what_was_written_whatever_the_pieces(bool direct)
    {
        SkipUnlessPossible(direct);
        using var buffers = new WriteBuffers(direct, _flusher);
        var pieces = Gen.NonEmptyListOf(Gen.OneOf(Gen.Choose(1, StretchWriter.MaxPieceBytes), Gen.Elements(1, 48, 4096, 65_552, StretchWriter.MaxPieceBytes)));
        Properties.Hold(pieces, some => WritesThemAsync(buffers, [.. some, .. some, .. some], 0).GetAwaiter().GetResult(), cases: 60);
    }

    [Fact]
    public void A_file_may_be_written_from_any_position_on()
    {
        using var buffers = new WriteBuffers(direct: false, _flusher);
        var cases =
            from position in Gen.Choose(0, 1_000_000)
            from pieces in Gen.NonEmptyListOf(Gen.Choose(1, StretchWriter.MaxPieceBytes))
            select (position, pieces);
        Properties.Hold(cases, c => WritesThemAsync(buffers, [.. c.pieces], c.position).GetAwaiter().GetResult(), cases: 40);
    }

    [Fact]
    public async Task A_writer_that_is_dropped_while_the_device_is_at_work_gives_its_memory_back()
    {
        using var buffers = new WriteBuffers(direct: false, _flusher);
        for (var i = 0; i < 20; i++)
        {
            using var file = Create();
            await using var writer = buffers.Open(file, 0);
            for (var k = 0; k < 3 * i; k++)
                await WriteAsync(writer, new byte[StretchWriter.MaxPieceBytes]);
        }

        Assert.InRange(buffers.Bytes, 1, WriteBuffers.Retained.Bytes);
    }

    [Fact]
    public async Task A_small_file_or_a_slow_sender_takes_a_small_buffer()
    {
        using var buffers = new WriteBuffers(direct: true, _flusher);
        using var file = Create();
        await using (var writer = buffers.Open(file, 0))
        {
            await WriteAsync(writer, new byte[1000]);
            Assert.InRange(buffers.Bytes, 1, WriteBuffers.MostBytes / 4);
            writer.Finish();
        }

        Assert.InRange(buffers.Bytes, 1, WriteBuffers.MostBytes / 4);
        Assert.Equal(1000, RandomAccess.GetLength(file));
    }

    [Fact]
    public async Task A_device_that_fails_says_so_before_the_file_is_named()
    {
        using var disk = SmallDisk.CreateOrSkip(kilobytes: 256);
        using var buffers = new WriteBuffers(direct: false, _flusher);
        using var file = File.OpenHandle(Path.Combine(disk.Path, "file"), FileMode.CreateNew, FileAccess.ReadWrite);
        await using var writer = buffers.Open(file, 0);

        var full = await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 20; i++)
                await WriteAsync(writer, new byte[StretchWriter.MaxPieceBytes]);
        });

        Assert.Equal(28, full.HResult);
        await Assert.ThrowsAsync<IOException>(writer.SettleAsync);
    }

    [Fact]
    public void A_file_system_in_memory_or_none_is_no_reason_to_fail()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no /dev/shm here.");

        // Newer kernels take direct writes to it, older ones don't.
        _ = DirectWrites.ArePossible("/dev/shm");
    }

    [Fact]
    public void Trying_direct_writes_leaves_nothing_behind()
    {
        _ = DirectWrites.ArePossible(_folder.Path);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static async Task WriteAsync(StretchWriter writer, ReadOnlyMemory<byte> piece)
    {
        piece.CopyTo(writer.GetMemory(piece.Length));
        await writer.AdvanceAsync(piece.Length);
    }

    private SafeFileHandle Create() =>
        File.OpenHandle(_folder[Guid.NewGuid().ToString("N")], FileMode.CreateNew, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);

    private async Task<bool> WritesThemAsync(WriteBuffers buffers, int[] pieces, int position)
    {
        var content = Content.Random(pieces.Sum(), seed: pieces.Length);
        using var file = Create();
        await using var writer = buffers.Open(file, position);
        var written = 0;
        foreach (var piece in pieces)
        {
            await WriteAsync(writer, content.AsMemory(written, piece));
            written += piece;
        }
        await writer.SettleAsync();
        writer.Finish();

        var read = new byte[content.Length];
        RandomAccess.Read(file, read, position);
        return RandomAccess.GetLength(file) == position + content.Length && read.AsSpan().SequenceEqual(content);
    }

    private void SkipUnlessPossible(bool direct) =>
        Assert.SkipUnless(!direct || DirectWrites.ArePossible(_folder.Path), $"The file system of {_folder.Path} takes no direct writes.");
}
