namespace Headroom.Architecture.Tests.Samples;

/// <summary>One half of a cycle of types, for the tests.</summary>
internal static class Sunrise
{
    public static string Next => nameof(Sunrise) + Sunset.Name;

    public static string Name => nameof(Sunrise);
}
