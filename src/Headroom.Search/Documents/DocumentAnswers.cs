namespace Headroom.Search.Documents;

/// <summary>What <c>POST /api/documents</c> answers.</summary>
internal sealed record AddedAnswer(string Id, string State, bool Replaced);

/// <summary>What trying again answers.</summary>
internal sealed record RetriedAnswer(int Retried);
