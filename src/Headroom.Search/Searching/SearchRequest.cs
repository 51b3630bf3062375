using System.Text.Json;
using Headroom.AspNetCore.Problems;
using Headroom.Search.Documents;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Searching;

/// <summary>What <c>POST /api/search</c> takes.</summary>
internal sealed record SearchRequest(string? Query, JsonElement? Limit, string? Mode, Dictionary<string, FieldValues?>? Filter)
{
    private const int MostTold = 40;

    /// <summary>Checks.</summary>
    /// <exception cref="ProblemException">Something makes no sense; the message names it.</exception>
    public SearchQuery Validate()
    {
        if (string.IsNullOrWhiteSpace(Query))
            throw Bad("bad-query", "query is missing or empty. Send what you look for as a text.");
        if (Query.Length > SearchQuery.MaxLength)
            throw Bad("bad-query", $"query has {Query.Length} characters; at most {SearchQuery.MaxLength} are taken.");
        return new SearchQuery(WellFormed.Text(Query), ReadLimit(), ReadMode(), ReadFilter());
    }

    private int ReadLimit()
    {
        if (Limit is not { ValueKind: not JsonValueKind.Null } limit)
            return SearchQuery.DefaultLimit;
        return limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var number) && number is >= 1 and <= SearchQuery.MaxLimit
            ? number
            : throw Bad("bad-limit", $"limit is {Told(limit.GetRawText())}; send a whole number from 1 to {SearchQuery.MaxLimit}.");
    }

    private SearchMode ReadMode() => Mode switch
    {
        null or "hybrid" => SearchMode.Hybrid,
        "semantic" => SearchMode.Semantic,
        "keyword" => SearchMode.Keyword,
        _ => throw Bad("bad-mode", $"mode is '{Told(Mode)}'; send hybrid, semantic or keyword."),
    };

    private Dictionary<string, IReadOnlyList<string>> ReadFilter()
    {
        var filter = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, values) in Filter ?? [])
        {
            if (values is not { Values.Count: > 0 })
                throw Bad("bad-filter", $"filter has no value at '{Told(name)}'. Send a value, or an array of values of which a document must have one.");
            filter[WellFormed.Text(name)] = [.. values.Values.Select(WellFormed.Text)];
        }
        return filter.Count <= SearchQuery.MaxFilterFields && filter.Sum(f => f.Value.Count) <= SearchQuery.MaxFilterValues
            ? filter
            : throw Bad(
                "bad-filter",
                $"filter has {filter.Count} fields with {filter.Sum(f => f.Value.Count)} values; "
                + $"at most {SearchQuery.MaxFilterFields} fields and {SearchQuery.MaxFilterValues} values are taken.");
    }

    private static string Told(string value) => value.Length <= MostTold ? value : value[..MostTold] + "…";

    private static ProblemException Bad(string type, string detail) => new(StatusCodes.Status400BadRequest, type, detail);
}
