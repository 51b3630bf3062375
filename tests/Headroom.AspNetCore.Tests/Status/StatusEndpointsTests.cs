using System.Text.Json;
using Headroom.AspNetCore.Tests.Admission;
using Headroom.Budget;
using Headroom.Residents;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.AspNetCore.Tests.Status;

public sealed class StatusEndpointsTests
{
    private static readonly string[] Routes = ["/health", "/health/live", "/health/ready", "/model-status", "/memory-status", "/health/memory"];

    [Fact]
    public async Task Every_status_route_answers_while_the_pool_and_the_queue_are_full()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "1" });
        using var full = service.FillPool();
        using var waiting = await service.ConnectAsync();
        await waiting.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);
        using var client = await service.ConnectAsync();

        foreach (var route in Routes)
        {
            var answer = await client.GetAsync(route);
            Assert.Equal((route, 200), (route, answer.Status));
            Assert.StartsWith("application/json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        }
        Assert.Equal(200, (await client.GetAsync("/metrics")).Status);
    }

    [Theory]
    [InlineData("/health", "status model_loaded model_loading model_error timestamp")]
    [InlineData("/model-status", "status model_loaded model_loading model_error timestamp load_time models")]
    [InlineData(
        "/health/memory",
        "limit_bytes unreclaimable_bytes working_set_bytes rss_bytes anonymous_bytes file_bytes gc_heap_bytes gc_committed_bytes "
        + "gc_limit_bytes gen0_collections gen1_collections gen2_collections")]
    public async Task A_status_route_answers_with_the_fields_of_the_contract(string route, string fields)
    {
        await using var service = await StartAsync(new Thing());
        using var client = await service.ConnectAsync();

        Assert.Equal(fields.Split(' '), Names((await client.GetAsync(route)).Json));
    }

    [Fact]
    public async Task The_memory_status_has_the_fields_of_the_contract()
    {
        await using var service = await new Work().StartAsync();
        using var client = await service.ConnectAsync();

        var memory = (await client.GetAsync("/memory-status")).Json;

        Assert.Equal(
            "system_memory process budget parts unexplained_mb working_set_mb unreclaimable_mb trend pressure work".Split(' '),
            Names(memory));
        Assert.Equal("total_mb available_mb used_mb percent_used".Split(' '), Names(memory.GetProperty("system_memory")));
        Assert.Equal("rss_mb anonymous_mb file_mb gc_heap_mb gc_limit_mb".Split(' '), Names(memory.GetProperty("process")));
        Assert.Equal("limit_mb margin_mb leased_mb headroom_mb unexplained_mb pressure pools".Split(' '), Names(memory.GetProperty("budget")));
        Assert.Equal("name cap_mb leased_mb peak_mb waiting granted refused".Split(' '), Names(memory.GetProperty("budget").GetProperty("pools")[0]));
        Assert.Equal("name mb".Split(' '), Names(memory.GetProperty("parts")[0]));
        Assert.Equal("kind slope_mb_per_hour floor_mb seconds_to_limit detail".Split(' '), Names(memory.GetProperty("trend")));
        Assert.Equal("level scale thrashing reclaimers".Split(' '), Names(memory.GetProperty("pressure")));
        Assert.Equal(
            "name rung runs ineffective returned_mb last_returned_mb last_run error".Split(' '),
            Names(memory.GetProperty("pressure").GetProperty("reclaimers")[0]));
    }

    [Fact]
    public async Task The_parts_and_what_is_unexplained_sum_up_to_the_working_set()
    {
        await using var service = await new Work().StartAsync();
        using var client = await service.ConnectAsync();

        var memory = (await client.GetAsync("/memory-status")).Json;
        var parts = memory.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("mb").GetDouble()).ToList();

        // Each figure is rounded to hundredths.
        Assert.True(parts.Count >= 4);
        Assert.Equal(
            memory.GetProperty("working_set_mb").GetDouble(), parts.Sum() + memory.GetProperty("unexplained_mb").GetDouble(), 0.005 * (parts.Count + 2));
        Assert.All(parts, mb => Assert.True(mb >= 0));
    }

    [Fact]
    public async Task The_ledger_is_told_as_it_stands()
    {
        await using var service = await new Work().StartAsync();
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        var budget = (await client.GetAsync("/memory-status")).Json.GetProperty("budget");

        Assert.Equal(2048, budget.GetProperty("limit_mb").GetDouble());
        Assert.Equal(204.8, budget.GetProperty("margin_mb").GetDouble());
        Assert.Equal(4, budget.GetProperty("leased_mb").GetDouble());
        Assert.Equal(4, budget.GetProperty("pools")[0].GetProperty("leased_mb").GetDouble());
        Assert.Equal("none", budget.GetProperty("pressure").GetString());
    }

    [Fact]
    public async Task A_model_is_followed_from_unloaded_over_loading_to_ready()
    {
        var thing = new Thing();
        await using var service = await StartAsync(thing);
        using var client = await service.ConnectAsync();

        var before = await client.GetAsync("/model-status");
        thing.Slot!.Preload();
        var during = await client.GetAsync("/model-status");
        var notReady = await client.GetAsync("/health/ready");
        thing.Loaded.SetResult(thing);
        await Eventually.TrueAsync(() => thing.Slot.Status.State == ModelState.Ready);
        var after = await client.GetAsync("/model-status");

        Assert.Equal((false, false, "unloaded"), StateOf(before.Json));
        Assert.Equal((false, true, "loading"), StateOf(during.Json));
        notReady.IsProblem(503, "not-ready");
        Assert.Contains("Retry-After", notReady.Headers.Keys);
        Assert.Equal((true, false, "ready"), StateOf(after.Json));
        Assert.Equal(JsonValueKind.Number, after.Json.GetProperty("load_time").ValueKind);
        Assert.Equal("name role state resident_bytes mapped_bytes load_seconds last_used error".Split(' '), Names(after.Json.GetProperty("models")[0]));
        Assert.Equal(1_048_576, after.Json.GetProperty("models")[0].GetProperty("resident_bytes").GetInt64());
        Assert.Equal(200, (await client.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_makes_the_service_degraded_and_says_why()
    {
        var thing = new Thing();
        await using var service = await StartAsync(thing);
        using var client = await service.ConnectAsync();

        thing.Loaded.SetException(new IOException("Its file is missing."));
        thing.Slot!.Preload();
        await Eventually.TrueAsync(() => thing.Slot.Status.State == ModelState.Failed);
        var health = await client.GetAsync("/health");

        Assert.Equal(200, health.Status);
        Assert.Equal("degraded", health.Json.GetProperty("status").GetString());
        Assert.Contains("Its file is missing.", health.Json.GetProperty("model_error").GetString());
        (await client.GetAsync("/health/ready")).IsProblem(503, "not-ready");
        Assert.Equal(200, (await client.GetAsync("/health/live")).Status);
    }

    private static Task<TestService> StartAsync(Thing thing) =>
        TestService.StartAsync(_ => { }, add: services => services.AddSingleton<IModelSlot>(p => thing.Slot = new ModelSlot<Thing>(
            new ModelSlotOptions("thing", "detector", ByteSize.FromMegabytes(1)),
            p.GetRequiredService<MemoryBudget>().GetPool(TestService.PoolName),
            _ => thing.Loaded.Task)));

    private static (bool Loaded, bool Loading, string? State) StateOf(JsonElement models) =>
        (
            models.GetProperty("model_loaded").GetBoolean(),
            models.GetProperty("model_loading").GetBoolean(),
            models.GetProperty("models")[0].GetProperty("state").GetString());

    private static List<string> Names(JsonElement json) => [.. json.EnumerateObject().Select(p => p.Name)];

    private sealed class Thing : IDisposable
    {
        public TaskCompletionSource<Thing> Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ModelSlot<Thing>? Slot { get; set; }

        public void Dispose()
        {
        }
    }
}
