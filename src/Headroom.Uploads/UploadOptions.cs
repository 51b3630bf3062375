using Headroom.Blobs;
using Headroom.Uploads.Format;

namespace Headroom.Uploads;

/// <summary>Settings of the upload service: <c>HEADROOM__UPLOADS__…</c>. Sizes are in units of 1,048,576 bytes.</summary>
public sealed class UploadOptions
{
    /// <summary>Where bytes are kept: <c>disk</c> or <c>s3</c>.</summary>
    public string Store { get; init; } = "disk";

    /// <summary>The folder of the store on disk; by default <c>uploads</c> in the data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>What stays free on the disk of the store whatever is uploaded.</summary>
    public double KeepFreeMb { get; init; } = 256;

    /// <summary>The largest file.</summary>
    public double MaxFileMb { get; init; } = 5120;

    /// <summary>The largest part of the part API.</summary>
    public double MaxPartMb { get; init; } = 128;

    /// <summary>How long an unfinished upload waits for more before it is removed, in hours.</summary>
    public double ExpiryHours { get; init; } = 24;

    /// <summary>What uploads and downloads may hold in memory together; by default a tenth of the limit, 12 to 64.</summary>
    public double? MemoryMb { get; init; }

    /// <summary>Master keys in Base64, the current one first; by default they are in <see cref="MasterKeyFile"/>.</summary>
    public string? MasterKeys { get; init; }

    /// <summary>The file of the master keys; by default <c>master.keys</c> in the data folder, made at the first start.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>Web pages that may upload from browsers: their origins, by commas; <c>*</c> for all. By default only pages of this server's own.</summary>
    public string? Origins { get; init; }

    /// <summary>The bucket, if <see cref="Store"/> is <c>s3</c>.</summary>
    public S3Settings S3 { get; init; } = new();

    internal long MaxFileBytes => ByteSize.FromMegabytes(MaxFileMb).Bytes;

    internal long MaxPartBytes => ByteSize.FromMegabytes(MaxPartMb).Bytes;

    internal TimeSpan Expiry => TimeSpan.FromHours(ExpiryHours);

    internal string[] AllowedOrigins => (Origins ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public UploadOptions Validate()
    {
        Require(Store is "disk" or "s3", nameof(Store), "disk or s3");
        Require(KeepFreeMb is >= 0 and <= 1e9, nameof(KeepFreeMb), "megabytes, from 0");
        Require(MaxPartMb is >= 1 and <= 4096, nameof(MaxPartMb), "megabytes, from 1 to 4096");
        Require(MaxFileMb is > 0 && MaxFileMb <= MaxPartMb * PartLayout.MaxParts / 2, nameof(MaxFileMb), $"megabytes, above 0 and at most {BlobUpload.MaxParts / 2} times MAXPARTMB");
        Require(ExpiryHours is >= 0.01 and <= 8760, nameof(ExpiryHours), "hours, from 0.01 to 8760 (a year)");
        Require(MemoryMb is null or (>= 12 and <= 65536), nameof(MemoryMb), "megabytes, from 12 to 65536");
        foreach (var origin in AllowedOrigins)
            Require(origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == origin), nameof(Origins), "origins as browsers send them, for example https://example.org, or *");
        if (Store == "s3")
            S3.Validate(this);
        return this;
    }

    internal static void Require(bool fits, string name, string what)
    {
        if (!fits)
            throw new InvalidOperationException($"HEADROOM__UPLOADS__{name.ToUpperInvariant()} must be {what}.");
    }
}
