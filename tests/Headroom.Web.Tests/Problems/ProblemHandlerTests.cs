using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Headroom.AspNetCore;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Residents;
using Headroom.Web.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headroom.Web.Tests.Problems;

public sealed class ProblemHandlerTests : IAsyncLifetime
{
    private readonly Complaints _complaints = new();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Headroom:Limit"] = "1GB";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_complaints);
        builder.AddHeadroom(headroom => headroom.AddPool("work", ByteSize.FromMegabytes(1)));
        builder.Services.AddProblems();
        builder.Services.AddSingleton<IProblemMapper, Disks>().AddSingleton<IProblemMapper, Clocks>();
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.UseProblems();
        Exception[] failures =
        [
            new IOException("sector 7"),
            new TimeoutException("The clock is slow."),
            new ModelUnavailableException("detector", new IOException("gone")),
            new InvalidOperationException("the secret"),
        ];
        foreach (var failure in failures)
        {
            RequestDelegate fail = context =>
            {
                context.Response.Headers.ContentRange = "bytes */7";
                throw failure;
            };
            _app.MapGet("/open/" + failure.GetType().Name, fail);
            _app.MapGet("/leased/" + failure.GetType().Name, fail).RequireMemory("work", new ByteSize(1));
        }
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/open/")]
    [InlineData("/leased/")]
    public async Task Each_service_says_what_its_failures_mean_on_every_route(string routes)
    {
        await IsProblemAsync(routes + nameof(IOException), HttpStatusCode.InsufficientStorage, "disk-broken", "60");
        await IsProblemAsync(routes + nameof(TimeoutException), HttpStatusCode.Conflict, "clock-slow", null);
        await IsProblemAsync(routes + nameof(ModelUnavailableException), HttpStatusCode.ServiceUnavailable, "model-unavailable", "5");
    }

    [Theory]
    [InlineData("/open/")]
    [InlineData("/leased/")]
    public async Task Headers_that_the_route_has_set_stay_and_none_are_added(string routes)
    {
        using var answer = await _http.GetAsync(routes + nameof(IOException));

        Assert.Equal("bytes */7", answer.Content.Headers.GetValues("Content-Range").Single());
        Assert.Null(answer.Headers.CacheControl);
    }

    [Fact]
    public async Task What_an_answer_keeps_to_itself_is_in_the_log_and_nothing_else_is()
    {
        await _http.GetAsync("/open/" + nameof(IOException));
        await _http.GetAsync("/leased/" + nameof(TimeoutException));

        Assert.Equal("GET /open/IOException failed: sector 7", Assert.Single(_complaints.Lines));
    }

    [Theory]
    [InlineData("/open/")]
    [InlineData("/leased/")]
    public async Task A_failure_that_nobody_expected_is_a_fault_of_the_program(string routes)
    {
        using var answer = await _http.GetAsync(routes + nameof(InvalidOperationException));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync());
        Assert.Contains(_complaints.Lines, line => line.Contains("unhandled", StringComparison.Ordinal));
    }

    private async Task IsProblemAsync(string path, HttpStatusCode status, string type, string? retryAfter)
    {
        using var answer = await _http.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("urn:headroom:" + type, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("type").GetString());
        Assert.Equal(retryAfter, answer.Headers.RetryAfter?.ToString());
    }

    private sealed class Disks : IProblemMapper
    {
        public ProblemException? Map(Exception failure) => failure is IOException
            ? new ProblemException(StatusCodes.Status507InsufficientStorage, "disk-broken", "The disk is broken. Ask the operator.", TimeSpan.FromMinutes(1))
            : null;
    }

    private sealed class Clocks : IProblemMapper
    {
        public ProblemException? Map(Exception failure) =>
            failure is TimeoutException slow ? new ProblemException(StatusCodes.Status409Conflict, "clock-slow", slow.Message) : null;
    }

    private sealed class Complaints : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                _lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
