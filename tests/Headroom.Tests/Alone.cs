namespace Headroom.Tests;

/// <summary>Tests that measure the whole process run while nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
