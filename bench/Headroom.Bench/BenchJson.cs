using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Headroom.Bench;

/// <summary>How the bench writes and reads JSON. By reflection: here nothing is hot.</summary>
internal static class BenchJson
{
    /// <summary>Between the bench's own processes, and to servers that take the names as they stand.</summary>
    public static JsonSerializerOptions Plain { get; } = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>For reports: people read them too.</summary>
    public static JsonSerializerOptions Readable { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
