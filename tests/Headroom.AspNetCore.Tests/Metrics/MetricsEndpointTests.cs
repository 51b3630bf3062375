using Headroom.AspNetCore.Tests.Admission;
using Headroom.Budget;
using Headroom.Residents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.AspNetCore.Tests.Metrics;

public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        await using var service = await StartWithModelAsync(_ => { });
        using var client = await service.ConnectAsync();

        var answer = await client.GetAsync("/metrics");

        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Headers["Content-Type"]));
        await Promtool.IsContentAsync(answer.Body, "check", "metrics");
    }

    [Fact]
    public async Task The_limit_the_ledger_and_the_process_are_told_as_they_stand()
    {
        await using var service = await new Work().StartAsync();
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        var scrape = await ScrapeAsync(client);

        Assert.Equal(2L * 1024 * 1024 * 1024, scrape["headroom_limit_bytes"]);
        Assert.Equal(
            (4_194_304, 4_194_304, 4_194_304),
            (
                scrape["headroom_pool_capacity_bytes{pool=\"work\"}"],
                scrape["headroom_pool_leased_bytes{pool=\"work\"}"],
                scrape["headroom_pool_peak_bytes{pool=\"work\"}"]));
        Assert.Equal((0, 1), (scrape["headroom_pool_waiting{pool=\"work\"}"], scrape["headroom_leases_granted_total{pool=\"work\"}"]));
        Assert.Equal(0, scrape["headroom_pressure_level"]);
        Assert.InRange(scrape["headroom_unreclaimable_bytes"], 1, scrape["headroom_limit_bytes"]);
        Assert.InRange(scrape["process_resident_memory_bytes"], 1, double.MaxValue);
        Assert.InRange(scrape["process_cpu_seconds_total"], 0, double.MaxValue);
        // The kernel knows the time of its own start to a second only.
        Assert.InRange(scrape["process_start_time_seconds"], 1_600_000_000, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60);
        Assert.InRange(scrape["process_open_fds"], 4, double.MaxValue);
    }

    [Fact]
    public async Task The_parts_are_those_of_the_breakdown_and_what_it_leaves_unexplained()
    {
        await using var service = await new Work().StartAsync();
        using var client = await service.ConnectAsync();

        var parts = (await ScrapeAsync(client)).Series.Where(s => s.StartsWith("headroom_memory_part_bytes", StringComparison.Ordinal)).ToList();

        Assert.Contains("headroom_memory_part_bytes{part=\"managed heap\"}", parts);
        Assert.Contains("headroom_memory_part_bytes{part=\"unexplained\"}", parts);
        Assert.True(parts.Count >= 6);
    }

    [Fact]
    public async Task A_model_is_in_one_state_and_has_a_load_time_once_it_was_loaded()
    {
        ModelSlot<Thing>? slot = null;
        await using var service = await StartWithModelAsync(s => slot = s);
        using var client = await service.ConnectAsync();

        var before = await ScrapeAsync(client);
        using var used = await slot!.AcquireAsync();
        var after = await ScrapeAsync(client);

        Assert.Equal((1, 0), StateOf(before));
        Assert.Contains("headroom_model_load_seconds", before.Types);
        Assert.DoesNotContain("headroom_model_load_seconds{model=\"thing\"}", before.Series);
        Assert.Equal((0, 1), StateOf(after));
        Assert.InRange(after["headroom_model_load_seconds{model=\"thing\"}"], 0, double.MaxValue);
        Assert.Equal(1_048_576, after["headroom_model_resident_bytes{model=\"thing\"}"]);
    }

    [Fact]
    public async Task Requests_are_counted_by_what_became_of_them()
    {
        await using var service = await TestService.StartAsync(
            app =>
            {
                app.MapGet("/busy", () => Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
                app.MapGet("/broken", (RequestDelegate)(_ => throw new InvalidOperationException("On purpose.")));
            });
        using var client = await service.ConnectAsync();

        foreach (var path in (string[])["/health", "/health", "/nowhere", "/busy", "/broken"])
            await client.GetAsync(path);
        var scrape = await ScrapeAsync(client);

        Assert.Equal(
            [2, 1, 1, 1, 0], new[] { "served", "rejected", "refused", "failed", "left" }.Select(o => scrape[$"headroom_requests_total{{outcome=\"{o}\"}}"]));
    }

    /// <summary>A service with a model that nobody has loaded yet.</summary>
    private static Task<TestService> StartWithModelAsync(Action<ModelSlot<Thing>> made) =>
        TestService.StartAsync(_ => { }, add: services => services.AddSingleton<IModelSlot>(provider =>
        {
            var pool = provider.GetRequiredService<MemoryBudget>().GetPool(TestService.PoolName);
            var slot = new ModelSlot<Thing>(new ModelSlotOptions("thing", "detector", ByteSize.FromMegabytes(1)), pool, _ => Task.FromResult(new Thing()));
            made(slot);
            return slot;
        }));

    internal static async Task<Scrape> ScrapeAsync(RawConnection client) => new((await client.GetAsync("/metrics")).Body);

    private static (double Unloaded, double Ready) StateOf(Scrape scrape)
    {
        double Of(string state) => scrape[$$"""headroom_model_state{model="thing",role="detector",state="{{state}}"}"""];
        Assert.Equal((0, 0), (Of("loading"), Of("failed")));
        return (Of("unloaded"), Of("ready"));
    }

    private sealed class Thing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
