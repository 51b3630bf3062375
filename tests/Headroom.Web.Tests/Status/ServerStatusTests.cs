using System.Net;
using System.Text.Json;
using Headroom.AspNetCore;
using Headroom.AspNetCore.Status;
using Headroom.Web.Models;
using Headroom.Web.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Web.Tests.Status;

public sealed class ServerStatusTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Headroom:Limit"] = "1GB";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddHeadroom(_ => { });
        builder.Services.AddServerStatus();
        _app = builder.Build();
        _app.MapHeadroom();
        _app.MapServerStatus();
        _app.MapModels();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Both_names_of_health_answer_the_same()
    {
        using var health = JsonDocument.Parse(await _http.GetStringAsync("/health"));
        using var api = JsonDocument.Parse(await _http.GetStringAsync("/api/health"));

        Assert.Equal(Members(health.RootElement), Members(api.RootElement));
        Assert.Equal("healthy", api.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Used_and_free_memory_are_the_limit_together()
    {
        using var ram = JsonDocument.Parse(await _http.GetStringAsync("/upload/ram-status"));

        Assert.Equal(["ram_used_mb", "ram_limit_mb", "ram_free_mb"], Members(ram.RootElement));
        Assert.Equal(1024, ram.RootElement.GetProperty("ram_limit_mb").GetDouble());
        Assert.InRange(ram.RootElement.GetProperty("ram_used_mb").GetDouble() + ram.RootElement.GetProperty("ram_free_mb").GetDouble(), 1023.98, 1024.02);
        Assert.True(ram.RootElement.GetProperty("ram_used_mb").GetDouble() > 0);
    }

    [Fact]
    public async Task The_memory_status_ends_with_the_member_that_some_clients_know()
    {
        using var memory = JsonDocument.Parse(await _http.GetStringAsync("/memory-status"));

        var last = memory.RootElement.EnumerateObject().Last();
        Assert.Equal("vector_search_memory", last.Name);
        Assert.Equal(["rss_mb", "model_loaded"], Members(last.Value));
        Assert.Equal(memory.RootElement.GetProperty("process").GetProperty("rss_mb").GetDouble(), last.Value.GetProperty("rss_mb").GetDouble());
        Assert.False(last.Value.GetProperty("model_loaded").GetBoolean());
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_a_problem_that_names_those_that_are()
    {
        using var answer = await _http.PostAsync(new Uri("/api/models/none/load", UriKind.Relative), null);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("urn:headroom:no-such-model", problem.RootElement.GetProperty("type").GetString());
    }

    private static IEnumerable<string> Members(JsonElement answer) => answer.EnumerateObject().Select(m => m.Name);
}
