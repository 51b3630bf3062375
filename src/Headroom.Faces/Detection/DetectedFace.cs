namespace Headroom.Faces.Detection;

/// <summary>A face that was found.</summary>
/// <param name="Score">The detector's confidence, 0 to 1.</param>
/// <param name="Box">Where it is, in pixels of the image that was searched.</param>
/// <param name="Landmarks">Eyes, nose and mouth.</param>
public readonly record struct DetectedFace(float Score, FaceBox Box, FaceLandmarks Landmarks)
{
    /// <summary>The face in an image that is larger by <paramref name="factor"/>.</summary>
    public DetectedFace Scale(float factor) => new(Score, Box.Scale(factor), Landmarks.Scale(factor));
}
