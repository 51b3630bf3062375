namespace Headroom.Search.Searching;

/// <summary>What <c>GET /api/search</c> answers.</summary>
/// <param name="Documents">How many documents there are.</param>
/// <param name="Passages">How many passages are found by meaning; null while the vectors are not open.</param>
/// <param name="Model">The model's name.</param>
/// <param name="ModelVersion">Changes whenever everything has to be embedded anew.</param>
internal sealed record SearchState(CountsAnswer Documents, int? Passages, string Model, string ModelVersion);

/// <summary>How many documents there are.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Pending">Found by words only, as yet.</param>
/// <param name="Indexed">Found by meaning, too.</param>
/// <param name="Failed">Found by words only: they could not be embedded.</param>
/// <param name="OldestPendingSeconds">How long the one waits that waits longest; 0 when none waits.</param>
internal sealed record CountsAnswer(long Total, long Pending, long Indexed, long Failed, double OldestPendingSeconds);
