using Headroom.Faces.Detection;

namespace Headroom.Faces.Recognition;

/// <summary>What was read from a photo.</summary>
/// <param name="Finding">How the search ended.</param>
/// <param name="Faces">Every face found, the largest first, in pixels of the photo as stored upright.</param>
/// <param name="Vector">The one face's unit vector; null unless the finding is <see cref="FaceFinding.OneFace"/>.</param>
public sealed record FaceReading(FaceFinding Finding, IReadOnlyList<DetectedFace> Faces, float[]? Vector);
