using System.Diagnostics;
using System.Runtime.InteropServices;
using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>
/// A reusable call of a model: fill the inputs, run, read the outputs, again and again without allocating.
/// Not thread-safe: one thread at a time (a run that overlaps another of the same context is refused). The spans it
/// gives are native memory of its own: don't use them after <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class OnnxRun : IDisposable
{
    private readonly OrtApi _api;
    private readonly OnnxSession _session;
    private readonly RunTensors _memory;
    private readonly OrtHandle _options;
    private readonly long[][] _outputShapes;
    private readonly int[] _outputRanks;
    private int _running;
    private volatile bool _terminated;

    internal OnnxRun(OnnxSession session, long[][] inputShapes, long[]?[] outputShapes)
    {
        _session = session;
        _api = session.Api;
        _memory = new RunTensors(session, inputShapes, outputShapes);
        _outputShapes = [.. outputShapes.Select((shape, i) => shape ?? new long[session.Outputs[i].Dimensions.Count])];
        _outputRanks = [.. outputShapes.Select(shape => shape?.Length ?? 0)];
        nint options;
        _api.Check(_api.CreateRunOptions(&options), session.Name);
        _options = new OrtHandle(options, _api.ReleaseRunOptions);
    }

    /// <summary>
    /// Bytes of native memory that this context holds: its inputs and the outputs whose size is known before a run.
    /// Other outputs, and what the model needs while it runs, lie in the environment's arena.
    /// </summary>
    public long NativeBytes => (long)_memory.Size;

    /// <summary>The elements of an input, row-major, to write before a run; they keep their values between runs. Zero at first.</summary>
    /// <typeparam name="T">The input's element type.</typeparam>
    /// <param name="index">Position in <see cref="OnnxSession.Inputs"/>.</param>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the element type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public Span<T> Input<T>(int index)
        where T : unmanaged
    {
        CheckTensor<T>(_session.Inputs, index);
        return MemoryMarshal.Cast<byte, T>(_memory.Input(index));
    }

    /// <summary>The elements of an output, row-major, as the last run left them. Valid until the next run.</summary>
    /// <typeparam name="T">The output's element type.</typeparam>
    /// <param name="index">Position in <see cref="OnnxSession.Outputs"/>.</param>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the element type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">No run has given this output.</exception>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public ReadOnlySpan<T> Output<T>(int index)
        where T : unmanaged
    {
        CheckTensor<T>(_session.Outputs, index);
        if (_memory.HoldsOutput(index))
            return MemoryMarshal.Cast<byte, T>(_memory.Output(index));
        var elements = 1L;
        foreach (var dimension in OutputShape(index))
            elements = checked(elements * dimension);
        void* data;
        _api.Check(_api.GetTensorMutableData(_memory.OutputValue(index), &data), _session.Name);
        return new ReadOnlySpan<T>(data, checked((int)elements));
    }

    /// <summary>The shape of an output of the last run.</summary>
    /// <param name="index">Position in <see cref="OnnxSession.Outputs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">No run has given this output.</exception>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public ReadOnlySpan<long> OutputShape(int index)
    {
        CheckIndex(_session.Outputs, index);
        if (!_memory.HoldsOutput(index))
            ReadOutputShape(index);
        return _outputShapes[index].AsSpan(0, _outputRanks[index]);
    }

    /// <summary>
    /// Runs the model on the inputs. Blocks; allocates nothing on the managed heap (a token that was never registered
    /// with before may allocate in its source). Cancelling stops the run at the next operator.
    /// </summary>
    /// <param name="cancellationToken">Stops the run; the context stays usable.</param>
    /// <exception cref="OnnxException">The model failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the run ended.</exception>
    /// <exception cref="InvalidOperationException">The context is running already on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public void Run(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _running, 1) != 0)
            throw new InvalidOperationException($"This context of model '{_session.Name}' is running already. Make one for each thread.");
        var started = Stopwatch.GetTimestamp();
        var result = "failed";
        try
        {
            using var memory = new HandleReference(_memory);
            using var options = new HandleReference(_options);
            _memory.ReleaseOutputs();
            Call(cancellationToken);
            result = "ok";
        }
        catch (OperationCanceledException)
        {
            result = "cancelled";
            throw;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
            InferenceMetrics.Record(_session.Name, started, result);
        }
    }

    /// <summary>Frees the outputs that lie in the arena, so that it can shrink before the next run does so. The others stay readable.</summary>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public void ReleaseOutputs()
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        _memory.ReleaseOutputs();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _options.Dispose();
    }

    private void Call(CancellationToken cancellationToken)
    {
        nint status;
        // Disposing the registration waits for a callback that is under way: none comes after it.
        using (cancellationToken.UnsafeRegister(static run => ((OnnxRun)run!).Terminate(), this))
            status = _memory.Run(_options.Value);
        if (_terminated)
            Resume(status, cancellationToken);
        else
            _api.Check(status, _session.Name);
    }

    private void Terminate()
    {
        _terminated = true;
        _api.Check(_api.RunOptionsSetTerminate(_options.Value), _session.Name);
    }

    /// <summary>After a cancellation: makes the context usable again and reports it, unless the run had ended well already.</summary>
    private void Resume(nint status, CancellationToken cancellationToken)
    {
        _terminated = false;
        _api.Check(_api.RunOptionsUnsetTerminate(_options.Value), _session.Name);
        if (status == 0)
            return;
        _api.ReleaseStatus(status);
        throw new OperationCanceledException($"The run of model '{_session.Name}' was cancelled.", cancellationToken);
    }

    private void ReadOutputShape(int index)
    {
        var value = _memory.OutputValue(index);
        if (value == 0)
            throw new InvalidOperationException($"Output '{_session.Outputs[index].Name}' of model '{_session.Name}' is known only after a run.");
        nint type;
        _api.Check(_api.GetTensorTypeAndShape(value, &type), _session.Name);
        try
        {
            _outputRanks[index] = SessionSignature.ReadShape(_api, type, _session.Name, ref _outputShapes[index]);
        }
        finally
        {
            _api.ReleaseTensorTypeAndShapeInfo(type);
        }
    }

    private void CheckTensor<T>(IReadOnlyList<OnnxTensorInfo> tensors, int index)
        where T : unmanaged
    {
        CheckIndex(tensors, index);
        if (tensors[index].ElementType != OnnxElementTypes.Of<T>())
            throw new ArgumentException($"'{tensors[index]}' of model '{_session.Name}' is not made of {typeof(T).Name}.", nameof(index));
    }

    private void CheckIndex(IReadOnlyList<OnnxTensorInfo> tensors, int index)
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, tensors.Count);
    }
}
