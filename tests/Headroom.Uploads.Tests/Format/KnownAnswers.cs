using System.Text.Json;

namespace Headroom.Uploads.Tests.Format;

/// <summary>The committed test vectors, made by an implementation in another language with another AES-GCM.</summary>
internal sealed record KnownAnswers(
    string MasterKey,
    string MasterKeyId,
    Guid FileId,
    string FileKey,
    KnownAnswers.Wrapped KeyRecord,
    KnownAnswers.Part[] Parts,
    KnownAnswers.Part[] OtherAttempts,
    KnownAnswers.Sealed[] Manifests)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static KnownAnswers Read()
    {
        using var stream = typeof(KnownAnswers).Assembly.GetManifestResourceStream("vectors.json")!;
        return JsonSerializer.Deserialize<KnownAnswers>(stream, Json)!;
    }

    public static byte[] Plaintext(long length) => [.. Enumerable.Range(0, (int)length).Select(i => (byte)(i ^ (i >> 8)))];

    internal sealed record Wrapped(string Salt, string Record);

    internal sealed record Part(
        int Number,
        long Length,
        string Salt,
        string Header,
        string[] Tags,
        long EncryptedLength,
        string EncryptedSha256,
        string? Encrypted);

    internal sealed record Sealed(
        string Name,
        string ContentType,
        int PartCount,
        string Salt,
        string Body,
        [property: System.Text.Json.Serialization.JsonPropertyName("sealed")] string Bytes);
}
