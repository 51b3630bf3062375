namespace Headroom.Blobs.Files;

/// <summary>File systems whose pages are memory: what would be written there to spare memory would use it up.</summary>
internal static class MemoryFileSystem
{
    private static readonly string[] Formats = ["tmpfs", "ramfs"];

    /// <summary>Refuses a folder on one of them, also one that is still to be made. Makes nothing.</summary>
    /// <exception cref="BlobException">It is in memory, or where it would be can't be told.</exception>
    public static void Refuse(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { Length: > 0 } above)
            existing = above;
        try
        {
            var format = new DriveInfo(existing).DriveFormat;
            if (Formats.Contains(format))
                throw new BlobException(
                    BlobProblem.Refused,
                    $"'{folder}' is on {format}: what is written there is memory, and lost at the next start. Choose a folder on a disk.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BlobException(BlobProblem.Refused, $"'{folder}' can't be used: {problem.Message}", problem);
        }
    }
}
