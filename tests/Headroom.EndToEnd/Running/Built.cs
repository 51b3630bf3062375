using System.Reflection;

namespace Headroom.EndToEnd.Running;

/// <summary>Where the build put things.</summary>
internal static class Built
{
    public static string ServerFolder { get; } = Find("Headroom.Server");

    public static string Server { get; } = Path.Join(ServerFolder, "headroom");

    public static string Sample { get; } = Path.Join(Find("Headroom.Sample"), "Headroom.Sample");

    /// <summary>Tests that run inside the machine with cgroup v2.</summary>
    public static string CgroupV2 { get; } = Path.Join(Find("Headroom.CgroupV2"), "Headroom.CgroupV2");

    public static string Tools { get; } = Find("Tools");

    public static string Photos { get; } = Find("Photos");

    public static string TusClient { get; } = Find("TusClient");

    public static string Reference { get; } = Find("Reference");

    public static string S3 { get; } = Find("S3");

    private static string Find(string name) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == name).Value!;
}
