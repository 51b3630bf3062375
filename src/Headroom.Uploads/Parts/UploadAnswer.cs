namespace Headroom.Uploads.Parts;

/// <summary>What beginning an upload answers.</summary>
/// <param name="Id">The upload's id, and the file's later.</param>
/// <param name="PartSize">Bytes of all parts but the last.</param>
/// <param name="Parts">How many there are; none if the file has no bytes.</param>
/// <param name="ExpiresAt">When it is given up unless something comes.</param>
internal sealed record UploadBegun(string Id, long PartSize, int Parts, DateTimeOffset ExpiresAt);

/// <summary>What is known of an upload.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>open</c>, <c>completing</c> or <c>complete</c>.</param>
/// <param name="Name">The file's name, made safe.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="ContentType">Its content type.</param>
/// <param name="PartSize">Bytes of all parts but the last.</param>
/// <param name="Parts">How many there are.</param>
/// <param name="Received">The numbers of those that are in; none once it is complete.</param>
/// <param name="ExpiresAt">When it is given up unless something comes; null once it is complete.</param>
internal sealed record UploadAnswer(
    string Id,
    string State,
    string Name,
    long Size,
    string ContentType,
    long PartSize,
    int Parts,
    IReadOnlyList<int> Received,
    DateTimeOffset? ExpiresAt);
