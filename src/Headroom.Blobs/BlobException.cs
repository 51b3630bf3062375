namespace Headroom.Blobs;

/// <summary>A store could not do what it was asked for; the message says why and what to do, and holds no credentials.</summary>
public sealed class BlobException(BlobProblem problem, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of problem it is.</summary>
    public BlobProblem Problem => problem;

    /// <summary>For <see cref="BlobProblem.Full"/> and <see cref="BlobProblem.Unavailable"/>: when it makes sense to try again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(10);
}
