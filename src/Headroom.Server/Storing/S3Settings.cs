using Headroom.Blobs.S3;
using Headroom.Uploads;

namespace Headroom.Server.Storing;

/// <summary>Settings of the bucket: <c>HEADROOM__UPLOADS__S3__…</c>. See <see cref="S3StoreOptions"/>, whose they are.</summary>
internal sealed class S3Settings
{
    /// <summary>The server's address.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The bucket; it must exist.</summary>
    public string? Bucket { get; init; }

    /// <summary>The key's public half.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The key's secret half.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>What all names in the bucket begin with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether the bucket stands in the path instead of the host's name.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>Whether CRC32C checksums are sent beside MD5.</summary>
    public bool SendChecksums { get; init; }

    /// <summary>Whether a part's ETag is its MD5.</summary>
    public bool EtagIsMd5 { get; init; } = true;

    /// <summary>The folder on a real disk in which the spool makes its own, <c>headroom-spool</c>; by default it is <c>spool</c> in the data folder.</summary>
    public string? SpoolFolder { get; init; }

    /// <summary>What the spool may hold, in units of 1,048,576 bytes.</summary>
    public double SpoolMb { get; init; } = 1024;

    /// <summary>Checks the values.</summary>
    /// <param name="uploads">What the bucket has to hold.</param>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public void Validate(UploadOptions uploads)
    {
        Require(Uri.TryCreate(Endpoint, UriKind.Absolute, out _), nameof(Endpoint), "the server's address, for example https://s3.eu-central-1.wasabisys.com");
        Require(!string.IsNullOrWhiteSpace(Bucket), nameof(Bucket), "the name of a bucket that exists");
        Require(!string.IsNullOrWhiteSpace(AccessKey), nameof(AccessKey), "the key's public half");
        Require(!string.IsNullOrWhiteSpace(SecretKey), nameof(SecretKey), "the key's secret half");
        // Appended bytes may have to be joined with what came before them: two parts, encrypted.
        var least = 2 * uploads.LargestPart.Bytes / 1048576.0;
        Require(SpoolMb >= least && SpoolMb <= 1e9, nameof(SpoolMb), $"megabytes, at least {Math.Ceiling(least)}: twice MAXPARTMB and a little");
        StoreSettings.Require(uploads.MaxPartMb >= 8, nameof(uploads.MaxPartMb), "at least 8 with S3, whose parts have 5 or more");
    }

    /// <summary>The options of the store itself.</summary>
    public S3StoreOptions ToOptions() => new()
    {
        Endpoint = new Uri(Endpoint!),
        Bucket = Bucket!,
        AccessKey = AccessKey!,
        SecretKey = SecretKey!,
        Region = Region,
        Prefix = Prefix,
        PathStyle = PathStyle,
        SendChecksums = SendChecksums,
        EtagIsMd5 = EtagIsMd5,
    };

    private static void Require(bool fits, string name, string what) => StoreSettings.Require(fits, "S3__" + name, what);
}
