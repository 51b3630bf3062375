using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>Makes the native options that every session of Headroom has in common.</summary>
internal static unsafe class SessionOptions
{
    /// <summary>
    /// The environment's threads and arena instead of the session's own, and no memory pattern: a pattern keeps one
    /// block for the whole run where the shared arena can reuse what another session left.
    /// </summary>
    public static OrtHandle Create(OrtApi api, GraphOptimization optimization, ReadOnlySpan<(string Key, string Value)> entries)
    {
        nint options;
        api.Check(api.CreateSessionOptions(&options), OnnxEnvironment.Subject);
        var handle = new OrtHandle(options, api.ReleaseSessionOptions);
        try
        {
            api.Check(api.DisablePerSessionThreads(options), OnnxEnvironment.Subject);
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
