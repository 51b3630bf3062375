using System.Globalization;

namespace Headroom.EndToEnd.Running;

/// <summary>How often and when a server is killed: HEADROOM_TEST_KILLS says how often, 8 times without it; HEADROOM_TEST_SEED repeats the moments.</summary>
internal sealed class Kills
{
    private readonly Random _random;

    public Kills()
    {
        Count = Number("HEADROOM_TEST_KILLS") ?? 8;
        Seed = Number("HEADROOM_TEST_SEED") ?? Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"HEADROOM_TEST_SEED={Seed}");
#pragma warning disable CA5394 // Moments, not secrets.
        _random = new Random(Seed);
    }

    public int Count { get; }

    public int Seed { get; }

    /// <summary>Some time later, kills it as the kernel does when memory runs out.</summary>
    public async Task StrikeAsync(Server server)
    {
        await Task.Delay(_random.Next(20, 700));
        await server.Program.KillAsync();
    }
#pragma warning restore CA5394

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
