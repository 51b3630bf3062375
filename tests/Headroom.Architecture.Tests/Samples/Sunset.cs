namespace Headroom.Architecture.Tests.Samples;

/// <summary>The other half.</summary>
internal static class Sunset
{
    public static string Next => nameof(Sunset) + Sunrise.Name;

    public static string Name => nameof(Sunset);
}
