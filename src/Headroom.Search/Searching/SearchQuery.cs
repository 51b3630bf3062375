namespace Headroom.Search.Searching;

/// <summary>A search, checked.</summary>
/// <param name="Text">What is looked for.</param>
/// <param name="Limit">How many documents at most.</param>
/// <param name="Mode">What finds.</param>
/// <param name="Filter">Fields and the values of which a document must have one each; none to look at all documents.</param>
internal sealed record SearchQuery(string Text, int Limit, SearchMode Mode, IReadOnlyDictionary<string, IReadOnlyList<string>> Filter)
{
    /// <summary>Most documents of an answer.</summary>
    public const int MaxLimit = 100;

    /// <summary>Documents of an answer when nobody says how many.</summary>
    public const int DefaultLimit = 10;

    /// <summary>Most characters of a query.</summary>
    public const int MaxLength = 4000;

    /// <summary>Most fields of a filter.</summary>
    public const int MaxFilterFields = 16;

    /// <summary>Most values of all fields of a filter together.</summary>
    public const int MaxFilterValues = 200;
}
