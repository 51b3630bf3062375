namespace Headroom.Blobs.Files;

/// <summary>
/// The names that are made in a <see cref="ScratchFolder"/>. Nothing else is ever deleted there, wherever a setting
/// happened to point.
/// </summary>
internal static class ScratchNames
{
    /// <summary>The file that is locked while the folder is in use, and says whose it is when it is not.</summary>
    public const string Lock = "lock";

    /// <summary>What ext4 has at the root of every file system, which a folder of ours may be.</summary>
    private const string LostAndFound = "lost+found";

    private const int Digits = 32;
    private const int OffsetDigits = 16;

    /// <summary>A name that was never there.</summary>
    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>Whether it stays, and is nobody's.</summary>
    public static bool Stays(FileSystemInfo entry) => entry.Name is Lock or LostAndFound;

    /// <summary>Whether it was made here: a file of our name, or a folder of it that holds parts of an object alone.</summary>
    public static bool IsOwn(FileSystemInfo entry) => entry.LinkTarget is null && IsHex(entry.Name, Digits) && entry switch
    {
        DirectoryInfo folder => folder.EnumerateFileSystemInfos().All(IsPart),
        _ => true,
    };

    private static bool IsPart(FileSystemInfo entry) =>
        entry is FileInfo { LinkTarget: null } && (entry.Name == "index" || IsHex(entry.Name, OffsetDigits));

    private static bool IsHex(string name, int digits) => name.Length == digits && name.All(char.IsAsciiHexDigitLower);
}
