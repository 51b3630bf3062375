using System.Reflection;

namespace Headroom.Search.Tests.Samples;

/// <summary>What the build restored.</summary>
internal static class Restored
{
    private static readonly string Folder = typeof(Restored).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Restored").Value!;

    /// <summary>The default model as it was published.</summary>
    public static string UseLite => Path.Combine(Folder, "models", "use-lite");

    /// <summary>npm's @huggingface/tokenizers.</summary>
    public static string Tokenizers => Path.Combine(Folder, "tests", "tokenizers.mjs");
}
