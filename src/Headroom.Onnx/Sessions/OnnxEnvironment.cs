using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>
/// ONNX Runtime in this process: the native library, one pool of threads and one arena for all sessions. There can be
/// one at a time. Disposing it while sessions are open is allowed: the native side goes with the last of them.
/// Thread-safe.
/// </summary>
public sealed class OnnxEnvironment : IDisposable
{
    internal const string Subject = "environment";
    private readonly SharedArena _arena;

    private OnnxEnvironment(OrtApi api, OnnxEnvironmentOptions options)
    {
        Api = api;
        Handle = EnvironmentHandle.Create(api, options.Threads, options.Log);
        try
        {
            _arena = new SharedArena(api, Handle, options.MaxArenaBytes);
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    /// <summary>Version of the native library, such as "1.31.1".</summary>
    public string Version => Api.Version;

    /// <summary>What the shared arena holds now.</summary>
    /// <exception cref="ObjectDisposedException">The environment was disposed.</exception>
    public ArenaUsage Arena => _arena.GetUsage();

    internal OrtApi Api { get; }

    internal EnvironmentHandle Handle { get; }

    /// <summary>Loads the native library and makes the environment. ONNX Runtime's usage reporting is switched off.</summary>
    /// <param name="options">Settings; the defaults suit one program on its own machine.</param>
    /// <exception cref="OnnxLibraryException">The native library is missing or of a wrong version.</exception>
    /// <exception cref="InvalidOperationException">There is an environment already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static OnnxEnvironment Create(OnnxEnvironmentOptions? options = null)
    {
        options ??= new OnnxEnvironmentOptions();
        if (options.Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Threads, "At least one thread must compute.");
        if (options.MaxArenaBytes <= 0)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxArenaBytes, "The arena's limit must be above zero bytes, or null for none.");
        return new OnnxEnvironment(OnnxRuntimeLibrary.Load(options.LibraryFolder), options);
    }

    /// <summary>
    /// Gives the arena's free regions back to the C heap; what runs occupy at the moment stays. Costs a few milliseconds, and
    /// the next run pays for allocating again: call it when idle or under pressure. The heap keeps small blocks until
    /// <c>malloc_trim</c>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The environment was disposed.</exception>
    public void ShrinkArena() => _arena.Shrink();

    /// <inheritdoc/>
    public void Dispose()
    {
        _arena.Dispose();
        Handle.Dispose();
    }
}
