using Headroom.Durability;

namespace Headroom.Blobs.Disk;

/// <summary>
/// The folders of a <see cref="DiskStore"/>:
/// <code>
/// scratch/                   files without a name yet
/// open/HH/KEY~TOKEN/OFFSET   an object that is being written; HH spreads the keys, OFFSET is in hexadecimal
/// blobs/HH/KEY/OFFSET        a complete one, renamed from there, with an index of its parts
/// blobs/HH/KEY               one of a single part, or a small one
/// </code>
/// </summary>
internal sealed class DiskFolders
{
    private const char TokenSeparator = '~';

    private readonly string _open;
    private readonly string _blobs;

    public DiskFolders(string root)
    {
        Scratch = Path.Combine(root, "scratch");
        (_open, _blobs) = (OfObjects(root)[0], OfObjects(root)[1]);
        DurableFolder.Create(_open);
        DurableFolder.Create(_blobs);
    }

    public string Scratch { get; }

    public static string[] OfObjects(string root) => [Path.Combine(root, "open"), Path.Combine(root, "blobs")];

    public static string Part(string folder, long offset) => Path.Combine(folder, offset.ToString("x16", null));

    public static string Index(string folder) => Path.Combine(folder, "index");

    /// <summary>The offset of a part's file, or nothing for other files.</summary>
    public static long? OffsetOf(string path) =>
        Path.GetFileName(path) is { Length: 16 } name && long.TryParse(name, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var offset)
            ? offset
            : null;

    public string Blob(string key)
    {
        BlobKey.Check(key);
        return Path.Combine(_blobs, BlobKey.FanOut(key), key);
    }

    public string Upload(string key, string token)
    {
        BlobKey.Check(key);
        BlobKey.Check(token);
        return Path.Combine(_open, BlobKey.FanOut(key), $"{key}{TokenSeparator}{token}");
    }

    public IEnumerable<BlobEntry> List()
    {
        foreach (var path in Directory.EnumerateDirectories(_open).SelectMany(Directory.EnumerateDirectories))
        {
            if (Path.GetFileName(path).Split(TokenSeparator) is [var key, var token])
                yield return new BlobEntry(key, token, new DateTimeOffset(Directory.GetLastWriteTimeUtc(path)));
        }
        foreach (var path in Directory.EnumerateDirectories(_blobs).SelectMany(Directory.EnumerateFileSystemEntries))
            yield return new BlobEntry(Path.GetFileName(path), null, new DateTimeOffset(File.GetLastWriteTimeUtc(path)));
    }
}
