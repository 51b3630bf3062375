using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Contract;

/// <summary>The committed description of the HTTP contract, and what answers break it.</summary>
internal sealed class OpenApiDocument
{
    private readonly JsonElement _root = JsonElement.Parse(File.ReadAllText(Path.Join(Built.Reference, "openapi.json")));

    /// <summary>Every path with its methods in capitals.</summary>
    public IEnumerable<(string Path, string[] Methods)> Paths =>
        _root.GetProperty("paths").EnumerateObject().Select(p => (p.Name, p.Value.EnumerateObject().Select(m => m.Name.ToUpperInvariant()).ToArray()));

    /// <summary>Whether a key is needed.</summary>
    public bool IsOpen(string path, string method) => Operation(path, method).GetProperty("security").GetArrayLength() == 0;

    /// <summary>The scopes of keys that may; none where no key is needed.</summary>
    public string[] Scopes(string path, string method) =>
    [
        .. Operation(path, method).GetProperty("security").EnumerateArray().SelectMany(s => s.EnumerateObject())
            .SelectMany(s => s.Value.EnumerateArray()).Select(s => s.GetString()!).Distinct(),
    ];

    /// <summary>Checks status, content type and, of JSON, every property.</summary>
    /// <returns>The first thing that is not as described; null when all is.</returns>
    public string? Breach(string path, string method, int status, string? contentType, string body)
    {
        if (!Operation(path, method).GetProperty("responses").TryGetProperty($"{status}", out var response))
            return $"{status} is not described: {body}";
        response = Follow(response);
        if (!response.TryGetProperty("content", out var content))
            return body.Length == 0 ? null : $"no body is described: {body}";
        if (contentType is null || !content.TryGetProperty(contentType, out var media))
            return $"'{contentType}' is not described";
        return contentType.EndsWith("json", StringComparison.Ordinal) ? Breach(media.GetProperty("schema"), JsonElement.Parse(body), "$") : null;
    }

    private JsonElement Operation(string path, string method) => _root.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());

    private JsonElement Follow(JsonElement element)
    {
        if (!element.TryGetProperty("$ref", out var reference))
            return element;
        var found = _root;
        foreach (var step in reference.GetString()!.Split('/').Skip(1))
            found = found.GetProperty(step);
        return found;
    }

    private string? Breach(JsonElement schema, JsonElement value, string at)
    {
        schema = Follow(schema);
        if (schema.TryGetProperty("oneOf", out var alternatives))
            return alternatives.EnumerateArray().Any(a => Breach(a, value, at) is null) ? null : $"{at} is none of the alternatives: {value}";
        if (schema.TryGetProperty("type", out var type) && !Types(type).Contains(TypeOf(value)))
            return $"{at} is of type {TypeOf(value)}, described is {type}: {value}";
        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectBreach(schema, value, at),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().Select((item, i) => Breach(items, item, $"{at}[{i}]")).FirstOrDefault(b => b is not null),
            _ => null,
        };
    }

    private string? ObjectBreach(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().Select(r => r.GetString()!).FirstOrDefault(r => !value.TryGetProperty(r, out _)) is { } missing)
            return $"{at}.{missing} is missing";
        foreach (var property in value.EnumerateObject())
        {
            var problem = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(property.Name, out var described)
                ? Breach(described, property.Value, $"{at}.{property.Name}")
                : !schema.TryGetProperty("additionalProperties", out var others) ? null
                : others.ValueKind == JsonValueKind.False ? $"{at}.{property.Name} is not described"
                : Breach(others, property.Value, $"{at}.{property.Name}");
            if (problem is not null)
                return problem;
        }
        return null;
    }

    private static IEnumerable<string?> Types(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().SelectMany(Types)
        : type.GetString() == "number" ? ["number", "integer"] : [type.GetString()];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
