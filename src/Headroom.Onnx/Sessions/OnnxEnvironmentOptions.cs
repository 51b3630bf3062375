namespace Headroom.Onnx;

/// <summary>Settings of <see cref="OnnxEnvironment"/>.</summary>
public sealed record OnnxEnvironmentOptions
{
    /// <summary>Folder that holds the native library. Default: the program's own.</summary>
    public string? LibraryFolder { get; init; }

    /// <summary>Threads that compute one run, the caller's included; all sessions share them. At least 1. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Most bytes the arena may take, all sessions together; a run that needs more fails with <see cref="OnnxException"/>
    /// and later ones work. Default: no limit.
    /// </summary>
    public long? MaxArenaBytes { get; init; }

    /// <summary>Receives the runtime's warnings and errors, a line each, on any thread. Default: standard error.</summary>
    public Action<string> Log { get; init; } = Console.Error.WriteLine;
}
