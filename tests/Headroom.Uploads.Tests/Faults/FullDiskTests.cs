using Headroom.Uploads.Tests.Serving;
using Headroom.Uploads.Tests.Tus;

namespace Headroom.Uploads.Tests.Faults;

public sealed class FullDiskTests : IDisposable
{
    private const int PartSize = 100_000;

    /// <summary>More than any disk has: what is to stay free is not there.</summary>
    private static readonly (string, string) Full = ("Uploads:KeepFreeMb", "1000000000");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_full_disk_is_told_and_uploads_go_on_when_there_is_room_again()
    {
        var bytes = Bytes.Of(2 * PartSize);
        string parts, tus;
        await using (var service = await UploadService.StartAsync(_folder.Path))
        {
            (parts, tus) = (await service.BeginAsync(bytes.Length, PartSize), await service.CreateTusAsync(bytes.Length));
            (await service.PutAsync(parts, 1, bytes.AsMemory(0, PartSize))).EnsureSuccessStatusCode().Dispose();
            (await service.PatchTusAsync(tus, 0, bytes.AsMemory(0, PartSize))).EnsureSuccessStatusCode().Dispose();
        }

        await using (var service = await UploadService.StartAsync(_folder.Path, time: null, Full))
        {
            using var put = await service.PutAsync(parts, 2, bytes.AsMemory(PartSize));
            using var patch = await service.PatchTusAsync(tus, PartSize, bytes.AsMemory(PartSize));
            using var complete = await service.CompleteAsync(parts);

            await put.IsProblemAsync(507, "store-full");
            await patch.IsProblemAsync(507, "store-full");
            await complete.IsProblemAsync(409, "parts-missing");
            Assert.True(put.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Equal(PartSize, await service.TusOffsetAsync(tus));
            Assert.Equal(["lock"], Directory.EnumerateFiles(Path.Combine(_folder.Path, "uploads", "scratch")).Select(Path.GetFileName));
        }

        await using (var service = await UploadService.StartAsync(_folder.Path))
        {
            (await service.PutAsync(parts, 2, bytes.AsMemory(PartSize))).EnsureSuccessStatusCode().Dispose();
            (await service.CompleteAsync(parts)).EnsureSuccessStatusCode().Dispose();
            (await service.PatchTusAsync(tus, PartSize, bytes.AsMemory(PartSize))).EnsureSuccessStatusCode().Dispose();
            Assert.Equal(bytes, await service.DownloadAsync(parts));
            Assert.Equal(bytes, await service.Http.GetByteArrayAsync(TusCalls.FileOf(tus)));
        }
    }

    public void Dispose() => _folder.Dispose();
}
