using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Headroom.Onnx;

/// <summary>The files of one prepared model: how they are named, written down and checked.</summary>
internal static class PreparedFolder
{
    public const string ModelFile = "model.onnx";
    public const string DataFile = "model.data";
    public const string ManifestFile = "prepared.json";
    private const long MaxManifestBytes = 64 * 1024;

    /// <summary>Name of the folder for a source on this runtime and processor.</summary>
    public static string NameFor(string name, PreparedKey key) =>
        $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.SourceSha256}\n{key.RuntimeVersion}\n{key.Cpu}")))[..16]}";

    /// <summary>Writes the manifest of the files that the folder holds.</summary>
    public static void WriteManifest(string folder, PreparedKey key)
    {
        var files = new[] { ModelFile, DataFile }
            .Select(name => new FileInfo(Path.Combine(folder, name)))
            .Where(file => file.Exists)
            .Select(file => new PreparedFile(file.Name, file.Length, FileHash.Sha256(file.FullName)));
        var manifest = new PreparedManifest(key.SourceSha256, key.RuntimeVersion, key.Cpu, [.. files]);
        File.WriteAllBytes(Path.Combine(folder, ManifestFile), JsonSerializer.SerializeToUtf8Bytes(manifest, PreparedManifestJson.Default.PreparedManifest));
    }

    /// <summary>
    /// Checks every byte. ONNX Runtime does not: changed weights load and give wrong results.
    /// </summary>
    /// <returns>What is wrong with the folder; null when nothing is.</returns>
    public static string? FindDamage(string folder, PreparedKey key, CancellationToken cancellationToken)
    {
        try
        {
            if (ReadManifest(folder) is not { } manifest)
                return $"{ManifestFile} is missing, too large or not JSON";
            if (new PreparedKey(manifest.SourceSha256, manifest.RuntimeVersion, manifest.Cpu) != key)
                return $"{ManifestFile} is of another model, runtime version or processor";
            if (manifest.Files.All(f => f.Name != ModelFile))
                return $"{ManifestFile} does not list {ModelFile}";
            return manifest.Files.Select(file => FindDamage(folder, file, cancellationToken)).FirstOrDefault(damage => damage is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Bytes of the weights' file; 0 when there is none.</summary>
    public static long MappedBytes(string folder) =>
        new FileInfo(Path.Combine(folder, DataFile)) is { Exists: true } file ? file.Length : 0;

    /// <summary>Deletes a prepared model: its files, and then the folder.</summary>
    /// <exception cref="IOException">Something else is in it, which stays; or the device failed.</exception>
    public static void Delete(string folder)
    {
        foreach (var name in (string[])[ManifestFile, ModelFile, DataFile])
            File.Delete(Path.Combine(folder, name));
        if (Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() is { } stranger)
            throw new IOException($"'{stranger}' is no part of a prepared model. Move it elsewhere, so that the model can be prepared again in its folder.");
        Directory.Delete(folder);
    }

    private static PreparedManifest? ReadManifest(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, ManifestFile));
        if (!file.Exists || file.Length > MaxManifestBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), PreparedManifestJson.Default.PreparedManifest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FindDamage(string folder, PreparedFile expected, CancellationToken cancellationToken)
    {
        if (expected.Name is not (ModelFile or DataFile))
            return $"{ManifestFile} lists '{expected.Name}', which is no part of a prepared model";
        var file = new FileInfo(Path.Combine(folder, expected.Name));
        if (!file.Exists)
            return $"{file.Name} is missing";
        if (file.Length != expected.Size)
            return $"{file.Name} has {file.Length} bytes, expected {expected.Size}";
        var actual = FileHash.Sha256(file.FullName, cancellationToken);
        return actual == expected.Sha256 ? null : $"{file.Name} has sha256 {actual}, expected {expected.Sha256}";
    }
}
