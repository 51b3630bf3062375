namespace Headroom.Onnx.Tests.Host;

/// <summary>Runs a model of a free dimension on more than an arena's limit holds, then on little.</summary>
internal static class ArenaLimit
{
    /// <summary>Tells how each run ended and whether the arena stayed below its limit.</summary>
    public static string Try(string model, long bytes)
    {
        using var environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 1, MaxArenaBytes = bytes, Log = _ => { } });
        using var session = OnnxSession.Open(environment, model);
        return $"{Attempt(session, bytes)} {Attempt(session, 16)} {environment.Arena.AllocatedBytes <= bytes}";
    }

    private static string Attempt(OnnxSession session, long elements)
    {
        using var run = session.CreateRun([elements]);
        try
        {
            run.Run();
            return "ran";
        }
        catch (OnnxException)
        {
            return "refused";
        }
    }
}
