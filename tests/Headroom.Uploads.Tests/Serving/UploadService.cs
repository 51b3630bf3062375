using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Headroom.AspNetCore;
using Headroom.AspNetCore.Status;
using Headroom.Blobs.Disk;
using Headroom.Sqlite;
using Headroom.Uploads.Guests;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Problems;
using Headroom.Web.Sealing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Headroom.Uploads.Tests.Serving;

/// <summary>The real service on a free port of this machine, over a real disk and a real database. Keys are «ACCOUNT:SCOPE».</summary>
internal sealed class UploadService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ErrorLog _log;

    private UploadService(WebApplication app, ErrorLog log)
    {
        (_app, _log) = (app, log);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Http = Client("a:uploads");
    }

    public Uri Address { get; }

    /// <summary>A client with a key of account «a».</summary>
    public HttpClient Http { get; }

    /// <summary>What the service logged as a warning or worse.</summary>
    public string Complaints => string.Join('\n', _log.Lines);

    public static async Task<UploadService> StartAsync(string folder, TimeProvider? time = null, params (string Name, string Value)[] settings)
    {
        var log = new ErrorLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Headroom:Limit"] = "1GB";
        foreach (var (name, value) in settings)
            builder.Configuration["Headroom:" + name] = value;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        var disk = new DiskStoreOptions(Path.Combine(folder, "uploads"))
        {
            KeepFree = ByteSize.FromMegabytes(builder.Configuration.GetValue("Headroom:Uploads:KeepFreeMb", 0.0)),
        };
        var uploads = UploadServices.Module((_, _) => new BlobStoreChoice(DiskStore.MemoryCosts, _ => new DiskStore(disk)));
        builder.AddHeadroom(headroom => uploads.Add(new ModuleSetup(builder.Services, headroom, folder, [], 1)));
        builder.Services.AddMasterKeys(MasterKeyOptions.Read(builder.Configuration.GetSection("Headroom"), folder), [uploads]);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(_ =>
        {
            var database = new Database(Path.Combine(folder, "headroom.db"));
            database.Migrate(uploads.Migrations);
            return database;
        });
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestAuthentication>("test", null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Files, p => p.RequireClaim(CallerClaims.Scope, "admin", "uploads"))
            .AddPolicy(Policies.Sending, p => p.RequireClaim(CallerClaims.Scope, "admin", "uploads", Scopes.Guest));
        builder.Services.AddProblems();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseProblems();
        uploads.Use!(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHeadroom();
        uploads.Map(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new UploadService(app, log);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public HttpClient Client(string key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Begins an upload of the part API.</summary>
    public async Task<string> BeginAsync(long size, long? partSize = null, string name = "file.bin", HttpClient? client = null)
    {
        using var answer = await (client ?? Http).PostAsJsonAsync("/api/uploads", new { name, size, part_size = partSize });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetString()!;
    }

    public async Task<HttpResponseMessage> PutAsync(string id, int part, ReadOnlyMemory<byte> bytes, HttpClient? client = null)
    {
        using var body = new ReadOnlyMemoryContent(bytes);
        return await (client ?? Http).PutAsync(new Uri($"/api/uploads/{id}/parts/{part}", UriKind.Relative), body);
    }

    public Task<HttpResponseMessage> CompleteAsync(string id, HttpClient? client = null) =>
        (client ?? Http).PostAsync(new Uri($"/api/uploads/{id}/complete", UriKind.Relative), null);

    /// <summary>Uploads a file in one go.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UploadAsync(byte[] bytes, long? partSize = null, string name = "file.bin", HttpClient? client = null)
    {
        var id = await BeginAsync(bytes.Length, partSize, name, client);
        var size = partSize ?? 8 * 1024 * 1024;
        for (var (part, at) = (1, 0L); at < bytes.Length; part++, at += size)
        {
            using var put = await PutAsync(id, part, bytes.AsMemory((int)at, (int)Math.Min(size, bytes.Length - at)), client);
            Assert.True(put.StatusCode == HttpStatusCode.NoContent, await put.Content.ReadAsStringAsync());
        }
        using var complete = await CompleteAsync(id, client);
        Assert.True(complete.StatusCode == HttpStatusCode.OK, await complete.Content.ReadAsStringAsync());
        return id;
    }

    public Task<byte[]> DownloadAsync(string id) => Http.GetByteArrayAsync(new Uri($"/api/files/{id}", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private sealed class TestAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, GuestLinks guests)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var secret = Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
            if (secret.Length == 0)
                secret = Request.Query[UploadServices.GuestParameter].ToString();
            IReadOnlyList<Claim>? claims = secret.Split(':') is [var account, var scope]
                ? [new Claim(CallerClaims.Account, account), new Claim(CallerClaims.Scope, scope)]
                : await guests.AuthenticateAsync(secret, Context.RequestAborted);
            return claims is null
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")), "test"));
        }
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
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
                _lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
