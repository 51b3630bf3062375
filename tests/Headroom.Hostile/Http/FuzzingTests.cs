using System.Globalization;
using System.Text;

namespace Headroom.Hostile.Http;

/// <summary>Requests of every route, spoilt at random. HEADROOM_TEST_REQUESTS says how many, HEADROOM_TEST_SEED repeats a run.</summary>
public sealed class FuzzingTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private const int AtOnce = 12;

    /// <summary>In place of a status: the sender left in the middle of its request, and there was no answer.</summary>
    private const int Left = 1;

    [Fact]
    public async Task Spoilt_requests_are_answered_and_leave_nothing_behind()
    {
        var (count, seed) = (Number("HEADROOM_TEST_REQUESTS") ?? 2_500, Number("HEADROOM_TEST_SEED") ?? 14);
        var valid = ValidRequests.All(hostile);
        var statuses = new int[600];
        var next = -1;

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < count)
            {
                var (status, what, left) = await SendAsync(valid, seed, number);
                Interlocked.Increment(ref statuses[left && status == 0 ? Left : status]);
                Assert.True(status is < 500 or 503 or 507, what);
                Assert.False(what.Contains("urn:headroom:unexpected", StringComparison.Ordinal), what);
                Assert.False(what.Contains("   at Headroom.", StringComparison.Ordinal), what);
            }
        })));

        var told = string.Join(", ", statuses.Select((n, status) => (n, status)).Where(s => s.n > 0).Select(s => $"{s.n} × {s.status}"));
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {count} requests: {told}; most used {hostile.MostUsed / 1048576} MiB");
        // What is closed without an answer is so because the rest of a body was still being sent.
        Assert.True(statuses[0] < count / 20, told);
        Assert.True(statuses[200] + statuses[201] + statuses[204] > count / 50, $"Next to nothing got through, so nothing was tested: {told}");
        await hostile.HasHeldAsync();
    }

#pragma warning disable CA5394 // Spoilt requests, not secrets.
    private async Task<(int Status, string What, bool Left)> SendAsync(IReadOnlyList<RawRequest> valid, int seed, int number)
    {
        var random = new Random(HashCode(seed, number));
        var request = Mutations.Spoil(random, valid[random.Next(valid.Count)]);
        var callers = hostile.Callers.ToList();
        // Mostly with the key that opens all doors: behind them is more to break.
        var caller = random.Next(3) > 0 ? callers.Single(c => c.Key == "admin") : callers[random.Next(callers.Count)];
        var bytes = request.ToBytes(caller.Value);
        var what = $"seed {seed}, request {number}, as {caller.Key}: {Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 1500)))}";
        try
        {
            var (status, text) = await Wire.SendAsync(hostile.Server.Address, bytes, request.EndsEarly);
            return (status, $"{what}\n→ {text}", request.EndsEarly);
        }
        catch (TimeoutException hang)
        {
            throw new TimeoutException($"{hang.Message} {what}", hang);
        }
    }
#pragma warning restore CA5394

    /// <summary>The same on every machine, as <see cref="System.HashCode"/> is not.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) + (number * 7919));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
