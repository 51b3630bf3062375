using System.Runtime.InteropServices;

namespace Headroom.Onnx.Native;

/// <summary>
/// The native environment. ONNX Runtime has one a process: a second one would silently be the first with the first's
/// settings, so a second one is refused until this is really gone, which is after the last session.
/// </summary>
internal sealed unsafe class EnvironmentHandle : SafeHandle
{
    private const int WarningLevel = 2;
    private static int _live;
    private readonly OrtApi _api;
    private GCHandle _log;

    private EnvironmentHandle(OrtApi api, Action<string> log)
        : base(0, ownsHandle: true)
    {
        _api = api;
        _log = GCHandle.Alloc(log);
    }

    public override bool IsInvalid => handle == 0;

    public nint Value => handle;

    /// <summary>Creates the environment of this process.</summary>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static EnvironmentHandle Create(OrtApi api, int threads, Action<string> log)
    {
        if (Interlocked.CompareExchange(ref _live, 1, 0) != 0)
            throw new InvalidOperationException(
                "This process has an ONNX Runtime environment already, and there can be only one. "
                + "Share it, or dispose it and every session opened in it first.");
        var environment = new EnvironmentHandle(api, log);
        try
        {
            environment.Open(threads);
            return environment;
        }
        catch
        {
            if (environment.IsInvalid)
                environment.Free();
            environment.Dispose();
            throw;
        }
    }

    protected override bool ReleaseHandle()
    {
        _api.ReleaseEnv(handle);
        Free();
        return true;
    }

    private void Open(int threads)
    {
        nint options, created;
        _api.Check(_api.CreateThreadingOptions(&options), OnnxEnvironment.Subject);
        try
        {
            _api.Check(_api.SetGlobalIntraOpNumThreads(options, threads), OnnxEnvironment.Subject);
            _api.Check(_api.SetGlobalInterOpNumThreads(options, 1), OnnxEnvironment.Subject);
            // A spinning pool burns the cores that the requests beside it need.
            _api.Check(_api.SetGlobalSpinControl(options, 0), OnnxEnvironment.Subject);
            fixed (byte* id = "headroom\0"u8)
                _api.Check(
                    _api.CreateEnvWithCustomLoggerAndGlobalThreadPools(&Log, GCHandle.ToIntPtr(_log), WarningLevel, id, options, &created),
                    OnnxEnvironment.Subject);
        }
        finally
        {
            _api.ReleaseThreadingOptions(options);
        }
        SetHandle(created);
        _api.Check(_api.DisableTelemetryEvents(created), OnnxEnvironment.Subject);
    }

    private void Free()
    {
        _log.Free();
        Volatile.Write(ref _live, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Log(nint log, int severity, byte* category, byte* id, byte* location, byte* message)
    {
        try
        {
            ((Action<string>)GCHandle.FromIntPtr(log).Target!)($"{OrtApi.Text(message)} ({OrtApi.Text(location)})");
        }
#pragma warning disable CA1031 // An exception must not unwind through native frames: it would end the process.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The receiver of the log is broken; the run that logged is not.
        }
    }
}
