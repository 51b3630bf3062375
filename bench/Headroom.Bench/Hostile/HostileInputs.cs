using System.Text;
using System.Text.Json;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Bench.Hostile;

/// <summary>One of each kind that once ended the server, or kept it busy for seconds.</summary>
internal static class HostileInputs
{
    private const string Clock = "/api/clock";

    /// <summary>What has to be stored for the searches to hurt: texts that repeat a word.</summary>
    public static IEnumerable<string> PlantedTexts { get; } =
    [
        string.Concat(Enumerable.Repeat("bomb ", 112 * 1024 / 5)),
        string.Concat(Enumerable.Repeat("bomb ", 1_000_000 / 5)),
        .. Enumerable.Repeat(string.Concat(Enumerable.Repeat("b a ", 250_000)), 4),
    ];

    /// <param name="withSearch">Whether the server has documents and searches.</param>
    public static IEnumerable<HostileInput> All(bool withSearch)
    {
        yield return new("EXIF of 7.9 MB whose maker note names it 300 times, PNG", Clock, "image/png", MakerNotesInPng());
        yield return new("the same, WebP", Clock, "image/webp", MakerNotesInWebp());
        yield return new("lossless WebP with 65,536 groups of prefix codes", Clock, "image/webp", Bombs.PrefixCodeGroups());
        yield return new("PNG of 18 MP and 16 bits, 381 KB", Clock, "image/png", Bombs.Png(5200, 3460, 16, 2));
        yield return new("PNG of 24 MP, 16 bits, interlaced", Clock, "image/png", Bombs.Png(4000, 3000, 16, 6));
        yield return new("JSON of 466,019 names", "/api/staff", "application/json", ManyNames());
        if (!withSearch)
            yield break;
        yield return new("search for a word that a text repeats 200,000 times", "/api/search", "application/json", Query("bomb"));
        yield return new("query of 1,900 words that is one phrase", "/api/search", "application/json", Query(string.Join('.', Enumerable.Repeat("b.a", 950))));
    }

    private static byte[] MakerNotesInPng() => Bombs.Png(64, 64, 8, 2, before: [HandMade.Chunk("eXIf", Bombs.Exif(7_900_000))]);

    private static byte[] MakerNotesInWebp() => WebpFiles.Riff(
        WebpFiles.Extended(WebpFiles.HasExif, 1, 1),
        // The frame of a lossy picture of one pixel.
        WebpFiles.Chunk("VP8 ", Convert.FromBase64String("MAEAnQEqAQABAA7A/iWkAANwAAAAAA==")),
        WebpFiles.Chunk("EXIF", Bombs.Exif(7_900_000)));

    private static byte[] ManyNames() =>
        Encoding.UTF8.GetBytes('{' + string.Join(',', Enumerable.Range(0, 466_019).Select(i => $"\"{i:x}\":1")) + '}');

    private static byte[] Query(string query) => JsonSerializer.SerializeToUtf8Bytes(new { query, mode = "keyword", limit = 100 }, BenchJson.Plain);
}
