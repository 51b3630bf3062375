namespace Headroom.Onnx.Tests.Host;

/// <summary>Disposes everything in the wrong order.</summary>
internal static class Outlive
{
    /// <summary>Tells what still worked.</summary>
    public static string Try(string model)
    {
        var environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 1 });
        var session = OnnxSession.Open(environment, model);
        var run = session.CreateRun([4]);
        environment.Dispose();
        var refused = Refuses(() => OnnxEnvironment.Create().Dispose());
        session.Dispose();
        run.Input<float>(0).Fill(2);
        run.Run();
        var result = run.Output<float>(0)[0];
        run.Dispose();
        OnnxEnvironment.Create().Dispose();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{refused} {result}");
    }

    private static bool Refuses(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
