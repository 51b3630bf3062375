namespace Headroom.TestSupport;

/// <summary>Looks for bytes in every file of a folder, whatever the file is: what was removed must be in none.</summary>
public static class FolderBytes
{
    /// <summary>The files that hold a sequence of bytes anywhere.</summary>
    public static IReadOnlyList<string> FilesWith(string folder, ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (TryRead(file) is { } content && content.AsSpan().IndexOf(bytes) >= 0)
                found.Add(Path.GetRelativePath(folder, file));
        }
        return found;
    }

    /// <summary>The files that hold a text in UTF-8.</summary>
    public static IReadOnlyList<string> FilesWith(string folder, string text) => FilesWith(folder, System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] ReadLocked(string file)
    {
        using var reader = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("cat", [file]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var copy = new MemoryStream();
        reader.StandardOutput.BaseStream.CopyTo(copy);
        reader.WaitForExit();
        return copy.ToArray();
    }

    private static byte[]? TryRead(string file)
    {
        try
        {
            // Others have it open and write to it.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException) when (new FileInfo(file) is { Exists: true } locked)
        {
            // A lock file, which .NET opens for nobody else.
            return locked.Length == 0 ? null : ReadLocked(file);
        }
    }
}
