using Microsoft.Extensions.Configuration;

namespace Headroom.Search;

/// <summary>Settings of the search service: <c>HEADROOM__SEARCH__…</c>.</summary>
public sealed class SearchOptions
{
    /// <summary>The sentence model: the name of a folder under <c>models</c>, or the path of one. It has a <c>manifest.json</c>.</summary>
    public string Model { get; init; } = "use-lite";

    /// <summary>Most padded tokens that are computed at once: the longest text times how many go together. Each takes what the model's manifest says.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>
    /// <c>HEADROOM__SEARCH__ALLOW_UNSIGNED</c>: takes submissions without a signature as long as there is no signing
    /// secret; for development.
    /// </summary>
    [ConfigurationKeyName("Allow_Unsigned")]
    public bool AllowUnsigned { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public SearchOptions Validate() => BatchTokens is >= 16 and <= 65536
        ? this
        : throw new InvalidOperationException("HEADROOM__SEARCH__BATCHTOKENS must be tokens, from 16 to 65536.");
}
