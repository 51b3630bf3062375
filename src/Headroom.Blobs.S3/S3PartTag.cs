namespace Headroom.Blobs.S3;

/// <summary>
/// What S3 wants to hear about each of its parts when they are put together. In a <see cref="BlobPart.Tag"/> they stand one
/// after the other.
/// </summary>
/// <param name="Etag">As S3 answered, without quotes.</param>
/// <param name="Crc32C">Empty where no checksums are sent.</param>
internal readonly record struct S3PartTag(string Etag, string Crc32C)
{
    private const char BetweenParts = ',';
    private const char BetweenFields = ' ';

    public static string Format(IEnumerable<S3PartTag> parts) =>
        string.Join(BetweenParts, parts.Select(p => p.Crc32C.Length == 0 ? p.Etag : p.Etag + BetweenFields + p.Crc32C));

    public static IEnumerable<S3PartTag> Parse(string tag)
    {
        foreach (var part in tag.Split(BetweenParts, StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = part.Split(BetweenFields);
            yield return new S3PartTag(fields[0], fields.Length > 1 ? fields[1] : "");
        }
    }
}
