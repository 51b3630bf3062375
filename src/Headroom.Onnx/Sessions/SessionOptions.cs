using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>Makes the native options that every session of Headroom has in common.</summary>
internal static unsafe class SessionOptions
{
    /// <summary>
    /// The environment's threads and arena instead of the session's own, and no memory pattern: a pattern keeps one
    /// block for the whole run where the shared arena can reuse what another session left.
    /// </summary>
    /// <param name="api">The native functions.</param>
    /// <param name="optimization">What is done to the graph at load.</param>
    /// <param name="oneThread">Runs compute on their caller's thread alone.</param>
    /// <param name="entries">More settings.</param>
    public static OrtHandle Create(OrtApi api, GraphOptimization optimization, bool oneThread, ReadOnlySpan<(string Key, string Value)> entries)
    {
        nint options;
        api.Check(api.CreateSessionOptions(&options), OnnxEnvironment.Subject);
        var handle = new OrtHandle(options, api.ReleaseSessionOptions);
        try
        {
            // A pool of its own with one thread is the caller's: none is made for it.
            api.Check(oneThread ? api.SetIntraOpNumThreads(options, 1) : api.DisablePerSessionThreads(options), OnnxEnvironment.Subject);
            api.Check(api.DisableMemPattern(options), OnnxEnvironment.Subject);
            api.Check(api.SetSessionGraphOptimizationLevel(options, (int)optimization), OnnxEnvironment.Subject);
            Add(api, options, ("session.use_env_allocators", "1"));
            foreach (var entry in entries)
                Add(api, options, entry);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void Add(OrtApi api, nint options, (string Key, string Value) entry)
    {
        fixed (byte* key = OrtApi.Utf8(entry.Key), value = OrtApi.Utf8(entry.Value))
            api.Check(api.AddSessionConfigEntry(options, key, value), OnnxEnvironment.Subject);
    }
}
