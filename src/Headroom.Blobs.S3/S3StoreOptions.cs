namespace Headroom.Blobs.S3;

/// <summary>
/// Where an <see cref="S3Store"/> keeps its objects. Comes from configuration only: never from a request, or a guest
/// could make the server call any address.
/// </summary>
public sealed class S3StoreOptions
{
    /// <summary>The server, for example <c>https://s3.eu-central-1.wasabisys.com</c>: http or https, without bucket or path.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The bucket; it must exist.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key's public half.</summary>
    public required string AccessKey { get; init; }

    /// <summary>The key's secret half. It is never logged and stands in no message.</summary>
    public required string SecretKey { get; init; }

    /// <summary>The region that requests are signed for; R2 wants <c>auto</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>What all names begin with, so that several servers may share a bucket; for example <c>production/</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The bucket stands in the path instead of the host's name: for servers without wildcard DNS.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>Sends <c>x-amz-checksum-crc32c</c> beside <c>Content-MD5</c>. Off by default: not every compatible server takes it.</summary>
    public bool SendChecksums { get; init; }

    /// <summary>A part's ETag is its MD5, as on most servers, and is checked. Turn it off for buckets encrypted with SSE-KMS or SSE-C.</summary>
    public bool EtagIsMd5 { get; init; } = true;

    /// <summary>
    /// How long one request may take, beside one second for each 256 KiB it sends; and how long a download may stall. 30
    /// seconds by default.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait before the first retry; later ones wait twice as long each, up to ten seconds, give or take. Tests shorten it.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a request is made at most. Tests change it.</summary>
    internal int Attempts { get; init; } = 5;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value makes no sense; the message names it, and never a secret.</exception>
    internal static void Validate(S3StoreOptions options)
    {
        if (!options.Endpoint.IsAbsoluteUri
            || options.Endpoint.Scheme is not ("http" or "https")
            || options.Endpoint.PathAndQuery != "/"
            || options.Endpoint.UserInfo.Length > 0)
            throw new ArgumentException(
                "The S3 endpoint must be an http or https address without user, path or query, for example https://s3.eu-central-1.wasabisys.com.",
                nameof(options));
        foreach (var (name, value) in new[]
        {
            ("bucket", options.Bucket),
            ("access key", options.AccessKey),
            ("secret key", options.SecretKey),
            ("region", options.Region),
        })
        {
            if (string.IsNullOrWhiteSpace(value))
                throw new ArgumentException($"The S3 {name} is missing.", nameof(options));
        }
        if (options.Prefix.StartsWith('/')
            || options.Prefix.Length > 128
            || options.Prefix.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('/' or '-' or '_' or '.')))
            throw new ArgumentException(
                $"The S3 prefix '{options.Prefix}' may have 128 of A–Z a–z 0–9 / - _ . and doesn't begin with a slash.", nameof(options));
        if (options.CallTimeout < TimeSpan.FromSeconds(1) || options.CallTimeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"The S3 call timeout of {options.CallTimeout} must be 1 second to 1 hour.", nameof(options));
    }
}
