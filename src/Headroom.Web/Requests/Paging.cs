using System.Globalization;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Web.Requests;

/// <summary>Which page of a list is asked for: <c>?limit=</c> (1 to 500, 50 by default) and <c>?cursor=</c>.</summary>
/// <param name="After">The key of the last item that was seen already; 0 for the first page.</param>
/// <param name="Limit">How many items at most.</param>
public readonly record struct Paging(long After, int Limit)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>Reads the page from the query.</summary>
    /// <param name="query">The request's query.</param>
    /// <param name="page">The page.</param>
    /// <param name="problem">What to answer when it makes no sense.</param>
    public static bool TryRead(IQueryCollection query, out Paging page, out IResult problem)
    {
        page = default;
        problem = null!;
        if (!TryNumber(query["limit"], DefaultLimit, out var limit) || limit is < 1 or > MaxLimit)
        {
            problem = Problem.Of(StatusCodes.Status400BadRequest, "bad-limit", $"limit is '{query["limit"]}'; write a whole number from 1 to {MaxLimit}.");
            return false;
        }
        if (!TryNumber(query["cursor"], 0, out var after))
        {
            problem = Problem.Of(
                StatusCodes.Status400BadRequest,
                "bad-cursor",
                "The cursor is not one of this list. Send next_cursor of the page before, or none for the first page.");
            return false;
        }
        page = new Paging(after, (int)limit);
        return true;
    }

    /// <summary>The cursor of the next page; null after the last one.</summary>
    public string? Next<T>(IReadOnlyList<T> items, Func<T, long> key) => items.Count == Limit ? key(items[^1]).ToString(CultureInfo.InvariantCulture) : null;

    private static bool TryNumber(string? text, long otherwise, out long number)
    {
        number = otherwise;
        return string.IsNullOrEmpty(text) || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
