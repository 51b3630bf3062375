namespace Headroom.Imaging.Tests.Samples;

/// <summary>Tests that measure the memory of this process, so that no other test may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryTests
{
    public const string Name = "memory";
}
