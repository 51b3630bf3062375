namespace Headroom.Search.Searching;

/// <summary>What finds.</summary>
internal enum SearchMode
{
    /// <summary>Words and meaning together.</summary>
    Hybrid,

    /// <summary>Meaning alone.</summary>
    Semantic,

    /// <summary>Words alone.</summary>
    Keyword,
}
