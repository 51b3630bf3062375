using System.Text.Json;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Webhook;

/// <summary>Labels by id: the options of a question, the rows or columns of a matrix.</summary>
internal static class TallyOptions
{
    private const int MaxOptions = 10_000;

    private static readonly string[] Names = ["id", "text"];

    /// <summary>Reads them; what is not an object with both is passed over.</summary>
    /// <param name="json">An array, or nothing.</param>
    /// <exception cref="ProblemException">There are more than 10,000.</exception>
    /// <exception cref="JsonException">A name stands twice in one of them.</exception>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> json)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (JsonSlice.KindOf(json) != JsonTokenType.StartArray)
            return options;
        Span<Range> found = stackalloc Range[2];
        foreach (var (_, at) in new JsonItems(json))
        {
            var option = json[at];
            JsonSlice.Find(option, Names, found);
            var (id, text) = (JsonSlice.Text(option[found[0]]), JsonSlice.Text(option[found[1]]));
            if (id.Length == 0 || text.Length == 0)
                continue;
            if (options.Count == MaxOptions)
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, "bad-submission", $"A question has more than {MaxOptions} options. Send what Tally's webhooks send.");
            options.TryAdd(id, text);
        }
        return options;
    }
}
