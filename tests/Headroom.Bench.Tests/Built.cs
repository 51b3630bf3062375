using System.Reflection;
using Headroom.Bench.Programs;

namespace Headroom.Bench.Tests;

/// <summary>The server that the build put out, in whatever configuration.</summary>
internal static class Built
{
    public static BuiltProgram Server =>
        BuiltProgram.At(typeof(BuiltProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(about => about.Key == "Server").Value!);
}
