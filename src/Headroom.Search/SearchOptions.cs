using Microsoft.Extensions.Configuration;

namespace Headroom.Search;

/// <summary>Settings of the search service: <c>HEADROOM__SEARCH__…</c>.</summary>
public sealed class SearchOptions
{
    /// <summary>The sentence model: the name of a folder under <c>models</c>, or the path of one. It has a <c>manifest.json</c>.</summary>
    public string Model { get; init; } = "use-lite";

    /// <summary>
    /// Most padded tokens that are computed at once: the longest text times how many go together. Each takes what the
    /// model's manifest says.
    /// </summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>
    /// <c>HEADROOM__SEARCH__ALLOW_UNSIGNED</c>: takes submissions without a signature as long as there is no signing
    /// secret; for development.
    /// </summary>
    [ConfigurationKeyName("Allow_Unsigned")]
    public bool AllowUnsigned { get; init; }

    /// <summary>Most passages (pieces of some 400 characters) that are found by meaning; the index takes some 40 bytes of memory for each.</summary>
    public int Passages { get; init; } = 250_000;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public SearchOptions Validate()
    {
        if (BatchTokens is < 16 or > 65536)
            throw new InvalidOperationException("HEADROOM__SEARCH__BATCHTOKENS must be tokens, from 16 to 65536.");
        if (Passages is < 1000 or > 100_000_000)
            throw new InvalidOperationException("HEADROOM__SEARCH__PASSAGES must be passages, from 1000 to 100000000.");
        return this;
    }
}
