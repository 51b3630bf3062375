using Headroom.Onnx;
using Headroom.Onnx.Tests.Host;

try
{
    switch (args)
    {
        case ["prepare", var source, var folder]:
            using (var environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 1 }))
                ModelPreparer.Prepare(environment, source, folder);
            return 0;

        case ["hang", _, var folder]:
            // Says who it is, so that a test can see it go.
            File.WriteAllText(Path.Combine(folder, "pid"), $"{Environment.ProcessId}");
            Thread.Sleep(Timeout.Infinite);
            return 0;

        case ["fail", ..]:
            Console.Error.WriteLine(new string('x', 100_000));
            Console.Error.WriteLine("The last line tells.");
            return 3;

        case ["nothing", ..]:
            return 0;

        case ["load", var libraryFolder]:
            using (var environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { LibraryFolder = libraryFolder }))
                Console.WriteLine(environment.Version);
            return 0;

        case ["churn", var model, var rounds]:
            Console.WriteLine(Churn.Measure(model, int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture)));
            return 0;

        case ["limit", var model, var bytes]:
            Console.WriteLine(ArenaLimit.Try(model, long.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture)));
            return 0;

        case ["outlive", var model]:
            Console.WriteLine(Outlive.Try(model));
            return 0;

        default:
            Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is OnnxException or OnnxLibraryException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
