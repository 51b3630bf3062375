using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Faces.Recognition;
using Headroom.Imaging;
using Headroom.Web.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Faces.Photos;

/// <summary>What is answered when a photo can't be used.</summary>
internal sealed class PhotoProblems : IProblemMapper
{
    /// <inheritdoc/>
    public ProblemException? Map(Exception failure) => failure is ImageException problem ? Of(problem) : null;

    /// <summary>The image does not show one usable face.</summary>
    public static ProblemException Of(FaceReading reading) => reading.Finding switch
    {
        FaceFinding.SeveralFaces => new ProblemException(
            StatusCodes.Status422UnprocessableEntity, "several-faces", $"The photo shows {reading.Faces.Count} faces. Take it of one person, alone."),
        FaceFinding.TooSmall =>
            new ProblemException(StatusCodes.Status422UnprocessableEntity, "face-too-small", "The face is too small to compare. Step closer to the camera."),
        _ => new ProblemException(
            StatusCodes.Status422UnprocessableEntity, "no-face", "No face was found. Look into the camera, in good light, with nothing before the face."),
    };

    /// <summary>The file is not a usable image.</summary>
    private static ProblemException Of(ImageException problem) => problem.Problem switch
    {
        ImageProblem.TooManyPixels => new ProblemException(StatusCodes.Status413PayloadTooLarge, "too-many-pixels", problem.Message),
        ImageProblem.TooCostly => new ProblemException(StatusCodes.Status413PayloadTooLarge, "image-too-costly", problem.Message),
        ImageProblem.NotAnImage or ImageProblem.Unsupported =>
            new ProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported-image", problem.Message),
        _ => new ProblemException(StatusCodes.Status400BadRequest, "broken-image", problem.Message),
    };

    /// <summary>Decoding it would take more than there is for decoding.</summary>
    public static ProblemException TooLarge(MemoryLeaseRefusedException refusal) => new(
        StatusCodes.Status413PayloadTooLarge,
        "image-too-large",
        $"Decoding this photo takes {refusal.Requested}, more than this instance has for it. Send a smaller one, or a JPEG that is not progressive.");

    /// <summary>Decoding it took longer than it may.</summary>
    public static ProblemException TooSlow(TimeSpan allowed) => new(
        StatusCodes.Status422UnprocessableEntity,
        "decoding-too-slow",
        $"Decoding this photo took more than {allowed.TotalSeconds:0.#} s, so it was given up. "
        + "Send a smaller one, or a JPEG that is not progressive; an ordinary photo takes a tenth of a second.");

    /// <summary>Too many photos that take long to decode came at once.</summary>
    public static ProblemException Busy(TimeSpan retryAfter) => new(
        StatusCodes.Status503ServiceUnavailable,
        "decoding-busy",
        "This photo takes long to decode, and others that do are before it. Send it again later, or a smaller one, or a JPEG that is not progressive.",
        retryAfter);
}
