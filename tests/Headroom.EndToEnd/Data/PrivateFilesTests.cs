using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using Headroom.EndToEnd.Running;
using Headroom.EndToEnd.Search;
using Headroom.EndToEnd.Uploads;

namespace Headroom.EndToEnd.Data;

/// <summary>Who may read what the program keeps: the user that it runs as.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const string Nobody = "65534";

    private readonly TemporaryFolder _root = new();

    public PrivateFilesTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");

    private string Data => _root["data"];

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Everything_that_a_server_makes_is_its_users_alone()
    {
        using (var server = await Server.StartAsync(Server.Settings(Data)))
        {
            var id = await server.AddStaffAsync("1", "Emily");
            await server.AddPhotoAsync(id, Photo.Labelled("emily willis").First());
            await server.Http.UploadAsync([1, 2, 3]);
            await server.Http.AddDocumentAsync("Please cancel my subscription");
            await server.EverythingIsIndexedAsync();
            // These are there only while it runs.
            Assert.All(
                Directory.EnumerateFiles(Data, "headroom.db-*"), f => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(f)));
            await server.StopAsync();
        }
        AssertPrivate();
    }

    [Fact]
    public async Task Keys_that_are_made_before_the_first_start_are_private_too()
    {
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(Data), "keys", "add", "door");

        Assert.True(exitCode == 0, output);
        AssertPrivate();
    }

    [Fact]
    public async Task What_an_earlier_program_made_for_everybody_is_taken_back_at_start()
    {
        Directory.CreateDirectory(Data);
        await using (var packed = typeof(PrivateFilesTests).Assembly.GetManifestResourceStream("data-folder-of-2026-12-01.tar.gz")!)
        await using (var tar = new GZipStream(packed, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, Data, overwriteFiles: true);
        foreach (var entry in Entries())
            entry.UnixFileMode = entry.Name == "master.keys" ? entry.UnixFileMode
                : entry is DirectoryInfo ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100;
        File.CreateSymbolicLink(Path.Join(Data, "link"), Path.Join(_root.Path, "outside"));
        await File.WriteAllTextAsync(_root["outside"], "somebody else's");
        File.SetUnixFileMode(_root["outside"], (UnixFileMode)0b110_100_100);

        using (var server = await Server.StartAsync(Server.Settings(Data, ("HEADROOM__MODELS__PRELOAD", "false"))))
            await server.StopAsync();

        AssertPrivate();
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(_root["outside"]));
    }

    [Fact]
    public async Task A_key_file_that_others_could_read_is_not_mended_in_silence()
    {
        using (var server = await Server.StartAsync(UploadFixture.Settings(Data)))
            await server.StopAsync();
        File.SetUnixFileMode(Path.Join(Data, "master.keys"), (UnixFileMode)0b110_100_100);

        var (exitCode, output) = await Program.RunAsync(Built.Server, UploadFixture.Settings(Data));

        Assert.Equal(1, exitCode);
        Assert.Contains("If others could log in meanwhile, rotate the key", output);
    }

    [Fact]
    public async Task A_mount_point_whose_mode_is_somebody_elses_is_told_and_served()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can start a program as another user.");
        Assert.SkipUnless(await NobodyCanRunItAsync(), "The user that nobody is can't reach the program here.");
        File.SetUnixFileMode(_root.Path, Everybody);
        Directory.CreateDirectory(Data);
        File.SetUnixFileMode(Data, Everybody);
        var settings = UploadFixture.Settings(Data);

        using (var server = await Server.StartByAsync("setpriv", settings, $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", Built.Server))
        {
            await server.Http.UploadAsync([1, 2, 3]);
            Assert.Contains("Other users may be able to read what is in the data folder", server.Program.Output);
            Assert.Contains($"'{Data}' (mode 777)", server.Program.Output);
            await server.StopAsync();
        }

        Assert.Equal(Everybody, File.GetUnixFileMode(Data));
        AssertPrivate(except: Data);
    }

    private void AssertPrivate(string? except = null) => Assert.All(
        Entries().Append(new DirectoryInfo(Data)).Where(e => e.FullName != except),
        e => Assert.True(
            e.UnixFileMode == (e is DirectoryInfo ? (UnixFileMode)0b111_000_000 : (UnixFileMode)0b110_000_000),
            $"{e.FullName} has mode {Convert.ToString((int)e.UnixFileMode, 8)}."));

    private IEnumerable<FileSystemInfo> Entries() =>
        new DirectoryInfo(Data).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Where(e => e.LinkTarget is null);

    private static async Task<bool> NobodyCanRunItAsync()
    {
        var start = new ProcessStartInfo("setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "test", "-x", Built.Server]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
