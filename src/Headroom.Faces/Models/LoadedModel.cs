using System.Collections.Concurrent;
using Headroom.Onnx;

namespace Headroom.Faces.Models;

/// <summary>
/// A session and its reusable runs. A run's tensors are megabytes of native memory, so they are kept for the next
/// caller; there are never more than the inference gate lets in.
/// </summary>
internal sealed class LoadedModel(OnnxSession session, OnnxEnvironment environment, ByteSize mapped) : IDisposable
{
    private readonly ConcurrentBag<OnnxRun> _idle = [];
    private bool _disposed;

    /// <summary>Bytes of weights that are mapped.</summary>
    public ByteSize Mapped => mapped;

    /// <summary>Where an output is among the others.</summary>
    /// <exception cref="InvalidDataException">The model has no such output.</exception>
    public int OutputIndex(string name)
    {
        for (var i = 0; i < session.Outputs.Count; i++)
        {
            if (session.Outputs[i].Name == name)
                return i;
        }
        throw new InvalidDataException($"Model '{session.Name}' has no output '{name}'; it has {string.Join(", ", session.Outputs.Select(o => o.Name))}.");
    }

    /// <summary>A run for inputs of this shape; always the same shape for one model.</summary>
    public Rented Rent(long[] inputShape) => new(this, _idle.TryTake(out var run) ? run : session.CreateRun(inputShape));

    /// <summary>Frees the runs that nobody uses.</summary>
    public void Trim()
    {
        while (_idle.TryTake(out var run))
            run.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        Trim();
        session.Dispose();
        try
        {
            // What it held lies in the arena that it shared with others.
            environment.ShrinkArena();
        }
        catch (ObjectDisposedException)
        {
            // The program ends, and the arena went before its models.
        }
    }

    /// <summary>A run to be given back.</summary>
    internal readonly struct Rented(LoadedModel model, OnnxRun run) : IDisposable
    {
        public OnnxRun Run => run;

        public void Dispose()
        {
            if (model._disposed)
                run.Dispose();
            else
                model._idle.Add(run);
        }
    }
}
