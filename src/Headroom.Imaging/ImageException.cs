namespace Headroom.Imaging;

/// <summary>A file was refused or could not be decoded. The message is fit to be shown to whoever sent it.</summary>
public sealed class ImageException : Exception
{
    /// <param name="problem">What is wrong with the file.</param>
    /// <param name="message">What happened and what to do about it.</param>
    public ImageException(ImageProblem problem, string message)
        : base(message) => Problem = problem;

    /// <summary>What is wrong with the file.</summary>
    public ImageProblem Problem { get; }

    internal static ImageException TooCostly(long passes, long most) =>
        new(
            ImageProblem.TooCostly,
            $"Decoding this picture takes as long as {Millions(passes)} million pixels of an ordinary JPEG; at most {Millions(most)} million are accepted. "
            + "Send a smaller one, or a JPEG that is not progressive, or a PNG of 8 bits.");

    internal static ImageException Truncated() =>
        new(ImageProblem.Truncated, "The file ends before the picture does. Send it again, whole.");

    internal static ImageException Corrupt() =>
        new(ImageProblem.Corrupt, "The file is damaged and cannot be decoded. Take or export the picture again.");

    private static long Millions(long pixels) => (pixels + 999_999) / 1_000_000;
}
