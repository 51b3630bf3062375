namespace Headroom.Architecture.Tests;

/// <summary>Which project may know which others. An arrow that is not here is not allowed; docs/explanation/architecture.md draws it.</summary>
internal static class Arrows
{
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Headroom"] = [],
        ["Headroom.AspNetCore"] = ["Headroom"],
        ["Headroom.Onnx"] = ["Headroom"],
        ["Headroom.Imaging"] = ["Headroom"],
        ["Headroom.Vectors"] = ["Headroom"],
        ["Headroom.Sqlite"] = ["Headroom"],
        ["Headroom.Keys"] = ["Headroom"],
        ["Headroom.Blobs"] = ["Headroom"],
        ["Headroom.Blobs.S3"] = ["Headroom", "Headroom.Blobs"],
        ["Headroom.Web"] =
        [
            "Headroom", "Headroom.AspNetCore", "Headroom.Onnx", "Headroom.Imaging", "Headroom.Vectors", "Headroom.Sqlite", "Headroom.Keys", "Headroom.Blobs",
        ],
        ["Headroom.Faces"] =
        [
            "Headroom", "Headroom.AspNetCore", "Headroom.Onnx", "Headroom.Imaging", "Headroom.Vectors", "Headroom.Sqlite", "Headroom.Keys", "Headroom.Web",
        ],
        ["Headroom.Search"] = ["Headroom", "Headroom.AspNetCore", "Headroom.Onnx", "Headroom.Vectors", "Headroom.Sqlite", "Headroom.Web"],
        ["Headroom.Uploads"] = ["Headroom", "Headroom.AspNetCore", "Headroom.Sqlite", "Headroom.Keys", "Headroom.Blobs", "Headroom.Web"],
        ["Headroom.Server"] =
        [
            "Headroom", "Headroom.AspNetCore", "Headroom.Onnx", "Headroom.Imaging", "Headroom.Vectors", "Headroom.Sqlite", "Headroom.Keys",
            "Headroom.Blobs", "Headroom.Blobs.S3", "Headroom.Web", "Headroom.Faces", "Headroom.Search", "Headroom.Uploads",
        ],
    };

    /// <summary>The arrows of a project that are not allowed, as <c>A → B</c>.</summary>
    public static IEnumerable<string> Wrong(string project, IEnumerable<string> references) =>
        Allowed.TryGetValue(project, out var allowed)
            ? references.Where(r => r.StartsWith("Headroom", StringComparison.Ordinal) && !allowed.Contains(r, StringComparer.Ordinal))
                .Select(r => $"{project} → {r}")
            : [$"{project} has no row in {nameof(Arrows)}: say there what it may know"];
}
