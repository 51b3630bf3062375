namespace Headroom.Faces.Matching;

/// <summary>The best person for a face.</summary>
/// <param name="Decision">What it means.</param>
/// <param name="StaffKey">The person's key; null when nobody is enrolled.</param>
/// <param name="Similarity">The cosine with the person's closest template, −1 to 1.</param>
/// <param name="Margin">How much more alike than the second person; the similarity itself when there is none.</param>
internal readonly record struct FaceMatch(MatchDecision Decision, long? StaffKey, float Similarity, float Margin);
