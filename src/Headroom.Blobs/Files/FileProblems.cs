namespace Headroom.Blobs.Files;

/// <summary>What the errors of the file system mean for a store.</summary>
internal static class FileProblems
{
    private const int NoSpace = 28;
    private const int FileTooLarge = 27;
    private const int QuotaExceeded = 122;
    private const int Unspecified = unchecked((int)0x80131620);

    public static BlobException Full(string path, string why, Exception? cause = null) =>
        new(BlobProblem.Full, $"The disk of '{path}' is full: {why}. Delete something, or give it a larger disk.", cause)
        {
            RetryAfter = TimeSpan.FromSeconds(60),
        };

    /// <param name="problem">What the file system said.</param>
    /// <param name="path">Where.</param>
    /// <param name="whileSettingAside">.NET has no error number for a disk that is too full to set space aside.</param>
    public static BlobException Translate(IOException problem, string path, bool whileSettingAside = false) => problem switch
    {
        { HResult: NoSpace or FileTooLarge or QuotaExceeded } => Full(path, "the system wrote less than it was given", problem),
        { HResult: Unspecified } when whileSettingAside => Full(path, "the space could not be set aside", problem),
        DirectoryNotFoundException or FileNotFoundException =>
            new BlobException(BlobProblem.NotFound, $"'{path}' is gone: the upload was aborted or completed, or its folder was removed.", problem),
        _ => new BlobException(BlobProblem.Unavailable, $"'{path}' can't be written: {problem.Message}", problem),
    };
}
