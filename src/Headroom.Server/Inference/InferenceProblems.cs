using Headroom.AspNetCore.Problems;
using Headroom.Onnx;
using Headroom.Web.Problems;

namespace Headroom.Server.Inference;

/// <summary>What it means for who asks that a model failed to compute: mostly that its run wanted more than the arena may have.</summary>
internal sealed class InferenceProblems : IProblemMapper
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    public ProblemException? Map(Exception failure) => failure is OnnxException model
        ? new ProblemException(
            StatusCodes.Status503ServiceUnavailable,
            "inference-failed",
            $"The model '{model.Subject}' could not compute this, most likely as its run takes more memory than models may have. "
            + "Try again later; the server's operator finds the reason in the log.",
            RetryAfter)
        : null;
}
