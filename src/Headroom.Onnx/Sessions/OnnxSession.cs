using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>
/// A loaded model. Thread-safe: any number of <see cref="OnnxRun"/> may run at once, each on its own thread.
/// Disposing it while runs exist is allowed: the model is unloaded with the last of them.
/// </summary>
public sealed unsafe class OnnxSession : IDisposable
{
    private OnnxSession(OrtApi api, OrtHandle handle, string name)
    {
        Api = api;
        Handle = handle;
        Name = name;
        Inputs = SessionSignature.Read(api, handle.Value, name, inputs: true);
        Outputs = SessionSignature.Read(api, handle.Value, name, inputs: false);
    }

    /// <summary>Name of the model, as messages show it.</summary>
    public string Name { get; }

    /// <summary>What a run is given, in the model's order.</summary>
    public IReadOnlyList<OnnxTensorInfo> Inputs { get; }

    /// <summary>What a run gives, in the model's order.</summary>
    public IReadOnlyList<OnnxTensorInfo> Outputs { get; }

    internal OrtApi Api { get; }

    internal OrtHandle Handle { get; }

    /// <summary>
    /// Loads a model file as it is: its graph is optimised now and its weights become anonymous memory. A
    /// <see cref="PreparedModelCache"/> avoids both.
    /// </summary>
    /// <param name="environment">The environment whose threads and arena it uses.</param>
    /// <param name="path">The .onnx file.</param>
    /// <exception cref="OnnxException">The file is missing, damaged, or a model that can't be run; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The environment was disposed.</exception>
    public static OnnxSession Open(OnnxEnvironment environment, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(environment, path, Path.GetFileName(path), GraphOptimization.All, oneThread: false);
    }

    /// <summary>Loads a prepared model: its graph is taken as it was saved and its weights stay in the mapped side file.</summary>
    /// <param name="environment">The environment whose threads and arena it uses.</param>
    /// <param name="model">What a <see cref="PreparedModelCache"/> gave.</param>
    /// <param name="oneThread">
    /// Each run computes on its caller's thread alone, for runs that go side by side; otherwise all threads of the
    /// environment share it.
    /// </param>
    /// <exception cref="OnnxException">The files went missing or can't be run here; the message names the model.</exception>
    /// <exception cref="ObjectDisposedException">The environment was disposed.</exception>
    public static OnnxSession Open(OnnxEnvironment environment, PreparedModel model, bool oneThread = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Open(environment, model.ModelPath, model.Name, GraphOptimization.None, oneThread);
    }

    /// <summary>
    /// Makes a reusable call: its inputs, and the outputs whose size is known beforehand, are allocated now and serve
    /// every run.
    /// </summary>
    /// <param name="inputShapes">A shape for each input, every dimension at least 1; none at all when the model's own are complete.</param>
    /// <exception cref="ArgumentException">A shape does not fit what the model declares.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public OnnxRun CreateRun(params ReadOnlySpan<long[]> inputShapes)
    {
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        return new OnnxRun(this, RunShapes.ForInputs(this, inputShapes), RunShapes.ForOutputs(this));
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static OnnxSession Open(OnnxEnvironment environment, string path, string name, GraphOptimization optimization, bool oneThread)
    {
        ArgumentNullException.ThrowIfNull(environment);
        using var options = SessionOptions.Create(environment.Api, optimization, oneThread, []);
        var handle = Load(environment, path, name, options);
        try
        {
            return new OnnxSession(environment.Api, handle, name);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Creates the native session; <paramref name="options"/> decide what that means.</summary>
    internal static OrtHandle Load(OnnxEnvironment environment, string path, string name, OrtHandle options)
    {
        using var alive = new HandleReference(environment.Handle);
        nint session;
        fixed (byte* file = OrtApi.Utf8(path))
            environment.Api.Check(environment.Api.CreateSession(environment.Handle.Value, file, options.Value, &session), name);
        return new OrtHandle(session, environment.Api.ReleaseSession, environment.Handle);
    }
}
