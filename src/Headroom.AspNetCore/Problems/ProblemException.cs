namespace Headroom.AspNetCore.Problems;

/// <summary>Ends a request with a problem; thrown by handlers of routes that require memory.</summary>
/// <param name="status">The HTTP status, 400 to 599.</param>
/// <param name="type">The stable name's last part, for example <c>no-face</c>.</param>
/// <param name="detail">What happened and what to do, for people.</param>
/// <param name="retryAfter">When it makes sense to try again; null when it does not.</param>
public sealed class ProblemException(int status, string type, string detail, TimeSpan? retryAfter = null) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The stable name's last part.</summary>
    public string Type => type;

    /// <summary>When it makes sense to try again; null when it does not.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
