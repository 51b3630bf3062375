using System.Globalization;
using System.Runtime.InteropServices;

namespace Headroom.Onnx.Tests.Host;

/// <summary>Opens, runs and unloads a model again and again, and tells what memory that left behind.</summary>
internal static partial class Churn
{
    /// <summary>Kilobytes of anonymous memory: before any session, after a tenth of the rounds, and after all of them.</summary>
    public static string Measure(string model, int rounds)
    {
        using var environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 2 });
        var before = Settled(environment);
        Repeat(environment, model, rounds / 10);
        var early = Settled(environment);
        Repeat(environment, model, rounds - rounds / 10);
        var late = Settled(environment);
        return string.Create(CultureInfo.InvariantCulture, $"{before} {early} {late} {environment.Arena.AllocatedBytes}");
    }

    private static void Repeat(OnnxEnvironment environment, string model, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var session = model.EndsWith("model.onnx", StringComparison.Ordinal)
                ? OnnxSession.Open(environment, new PreparedModel("churned", model, 0, false, null))
                : OnnxSession.Open(environment, model);
            using var run = session.CreateRun([.. session.Inputs.Select(input => input.Dimensions.Select(d => Math.Max(d, 1)).ToArray())]);
            run.Run();
        }
    }

    private static long Settled(OnnxEnvironment environment)
    {
        environment.ShrinkArena();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _ = Trim(0);
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(8).Trim().TrimEnd("kB"), CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint pad);
}
