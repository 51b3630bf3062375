using System.Collections.Concurrent;
using Headroom.Onnx;

namespace Headroom.Bench.Models;

/// <summary>A loaded model with as many reusable runs as there are at once.</summary>
internal sealed class RunnableModel(OnnxSession session, IReadOnlyList<long> inputShape, ByteSize mapped) : IDisposable
{
    private readonly ConcurrentBag<OnnxRun> _idle = [];

    /// <summary>What lies in mapped files.</summary>
    public ByteSize Mapped => mapped;

    /// <summary>Runs it on numbers that look like pixels or token ids.</summary>
    /// <returns>Whether what it computed are numbers.</returns>
    public bool Run(CancellationToken cancellationToken)
    {
        var run = _idle.TryTake(out var idle) ? idle : Create();
        try
        {
            run.Run(cancellationToken);
            return float.IsFinite(run.Output<float>(0)[0]);
        }
        finally
        {
            run.ReleaseOutputs();
            _idle.Add(run);
        }
    }

    public void Dispose()
    {
        foreach (var run in _idle)
            run.Dispose();
        session.Dispose();
    }

    private OnnxRun Create()
    {
        var run = session.CreateRun([.. inputShape]);
        if (session.Inputs[0].ElementType == OnnxElementType.Int64)
        {
            var tokens = run.Input<long>(0);
            for (var i = 0; i < tokens.Length; i++)
                tokens[i] = 1000 + 37 * i;
        }
        else
        {
            var pixels = run.Input<float>(0);
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = i * 31 % 256;
        }
        return run;
    }
}
