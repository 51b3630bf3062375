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
    /// <param name="server">The server.</param>
    /// <param name="hasBegun">
    /// Whether there is something to lose. Three of four times the moment counts from then on, as a busy machine may need
    /// longer than the whole time until its first answer.
    /// </param>
    public async Task StrikeAsync(Server server, Func<bool>? hasBegun = null)
    {
        if (hasBegun is not null && _random.Next(4) > 0)
            await Eventually.TrueAsync(() => Task.FromResult(hasBegun()), () => server.Program.Output);
        await Task.Delay(_random.Next(20, 700));
        await server.Program.KillAsync();
    }
#pragma warning restore CA5394

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
