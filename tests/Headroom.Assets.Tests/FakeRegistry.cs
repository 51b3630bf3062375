using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

// The command in npm's place is a shell script.
[assembly: UnsupportedOSPlatform("windows")]

namespace Headroom.Assets.Tests;

/// <summary>
/// Packages in a folder and a command in npm's place that hands them out: it copies the tarball named NAME-VERSION.tgz
/// to where <c>--pack-destination</c> says, as npm would, and writes down that it was asked.
/// </summary>
internal sealed class FakeRegistry : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeRegistry(string? script = null)
    {
        Command = _folder["npm"];
        File.WriteAllText(Command, "#!/bin/sh\n" + (script ?? $"""
            echo "$@" >> '{Log}'
            name=$(echo "$2" | tr '@/' '--')
            cp "{_folder.Path}/$name.tgz" "$5/$name.tgz"
            """));
        File.SetUnixFileMode(Command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Command { get; }

    private string Log => _folder["asked"];

    /// <summary>What was asked for so far: the arguments, a line each.</summary>
    public string[] Asked => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    /// <summary>Publishes a package of text files and says what a list would hold of it.</summary>
    public AssetPackage Publish(string name, string version, params (string Path, string Content)[] files) =>
        PublishEntries(name, version, [.. files.Select(f => Entry("package/" + f.Path, f.Content))]) with
        {
            Files = [.. files.Select(f => new AssetFile(f.Path, "to/" + f.Path, Sha256(f.Content)))],
        };

    /// <summary>Publishes a package of any entries.</summary>
    public AssetPackage PublishEntries(string name, string version, params IReadOnlyList<TarEntry> entries)
    {
        var path = _folder[$"{name}-{version}".Replace('@', '-').Replace('/', '-') + ".tgz"];
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }
        return new AssetPackage(name, version, "sha512-" + Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(path))), "runtime", []);
    }

    public static TarEntry Entry(string name, string content) => new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
        ModificationTime = new DateTimeOffset(1985, 10, 26, 8, 15, 0, TimeSpan.Zero),
    };

    public static string Sha256(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    public void Dispose() => _folder.Dispose();
}
