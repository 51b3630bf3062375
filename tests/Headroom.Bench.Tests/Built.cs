using System.Reflection;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Tests;

/// <summary>The server that the build put out.</summary>
internal static class Built
{
    public static HeadroomProgram Server =>
        HeadroomProgram.At(Path.Join(typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Server").Value, "headroom"));
}
