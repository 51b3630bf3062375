namespace Headroom.Faces.Matching;

/// <summary>What a comparison means.</summary>
public enum MatchDecision
{
    /// <summary>This person, clearly.</summary>
    Accepted,

    /// <summary>Perhaps this person: too little alike, or another one is nearly as alike.</summary>
    Unsure,

    /// <summary>Nobody who is enrolled.</summary>
    Unknown,
}
