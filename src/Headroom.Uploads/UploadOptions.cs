using Headroom.Blobs;
using Headroom.Uploads.Format;
using Microsoft.Extensions.Configuration;

namespace Headroom.Uploads;

/// <summary>Settings of the upload service: those of <c>HEADROOM__UPLOADS__…</c> that are not the store's. Sizes are in units of 1,048,576 bytes.</summary>
public sealed class UploadOptions
{
    /// <summary>The largest file.</summary>
    public double MaxFileMb { get; init; } = 5120;

    /// <summary>The largest part of the part API.</summary>
    public double MaxPartMb { get; init; } = 128;

    /// <summary>How long an unfinished upload waits for more before it is removed, in hours.</summary>
    public double ExpiryHours { get; init; } = 24;

    /// <summary>What uploads and downloads may hold in memory together; by default a tenth of the limit, 12 to 64.</summary>
    public double? MemoryMb { get; init; }

    /// <summary>Web pages that may upload from browsers: their origins, by commas; <c>*</c> for all. By default only pages of this server's own.</summary>
    public string? Origins { get; init; }

    /// <summary>The largest part as the store gets it, encrypted.</summary>
    public ByteSize LargestPart => new(PartLayout.EncryptedBytes(MaxPartBytes));

    internal long MaxFileBytes => ByteSize.FromMegabytes(MaxFileMb).Bytes;

    internal long MaxPartBytes => ByteSize.FromMegabytes(MaxPartMb).Bytes;

    internal TimeSpan Expiry => TimeSpan.FromHours(ExpiryHours);

    internal string[] AllowedOrigins => (Origins ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads and checks the section <c>Uploads</c>.</summary>
    /// <exception cref="InvalidOperationException">A value makes no sense; the message names the setting.</exception>
    public static UploadOptions Read(IConfiguration configuration) =>
        configuration.GetSection("Uploads").Get<UploadOptions>()?.Validate() ?? new UploadOptions();

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public UploadOptions Validate()
    {
        Require(MaxPartMb is >= 1 and <= 4096, nameof(MaxPartMb), "megabytes, from 1 to 4096");
        Require(
            MaxFileMb is > 0 && MaxFileMb <= MaxPartMb * PartLayout.MaxParts / 2,
            nameof(MaxFileMb),
            $"megabytes, above 0 and at most {BlobUpload.MaxParts / 2} times MAXPARTMB");
        Require(ExpiryHours is >= 0.01 and <= 8760, nameof(ExpiryHours), "hours, from 0.01 to 8760 (a year)");
        Require(MemoryMb is null or (>= 12 and <= 65536), nameof(MemoryMb), "megabytes, from 12 to 65536");
        foreach (var origin in AllowedOrigins)
            Require(
                origin == "*"
                || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                    && uri.Scheme is "http" or "https"
                    && uri.GetLeftPart(UriPartial.Authority) == origin),
                nameof(Origins),
                "origins as browsers send them, for example https://example.org, or *");
        return this;
    }

    private static void Require(bool fits, string name, string what)
    {
        if (!fits)
            throw new InvalidOperationException($"HEADROOM__UPLOADS__{name.ToUpperInvariant()} must be {what}.");
    }
}
