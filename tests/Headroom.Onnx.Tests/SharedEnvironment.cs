using Headroom.Onnx.Tests;

// There is one environment a process, and its arena is measured: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SharedEnvironment))]

namespace Headroom.Onnx.Tests;

/// <summary>The environment of the test process.</summary>
public sealed class SharedEnvironment : IDisposable
{
    public OnnxEnvironment Value { get; } = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 2 });

    public void Dispose() => Value.Dispose();
}
