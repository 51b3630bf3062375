using System.Net;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

public sealed class DatabaseReadinessTests : IDisposable
{
    /// <summary>Where SQLite's locks lie in the index of the write-ahead log (sqlite.org/walformat.html, «Locks»).</summary>
    private const int FirstLock = 120, Locks = 8;

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_server_whose_database_does_not_answer_is_alive_and_not_ready_until_it_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The locks of another process are made as Linux makes them.");
        using var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path));
        await ReadyAsync(server, HttpStatusCode.OK);

        await using (var index = new FileStream(Path.Join(_data.Path, "headroom.db-shm"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            await Eventually.TrueAsync(() => Task.FromResult(TryLock(index)));
            await ReadyAsync(server, HttpStatusCode.ServiceUnavailable);
            using var ready = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            Assert.Contains("database", await ready.IsProblemAsync(503, "not-ready"));
            Assert.NotNull(ready.Headers.RetryAfter);
            Assert.Equal("healthy", (await server.GetAsync("/health")).GetProperty("status").GetString());
            Assert.Equal("live", (await server.GetAsync("/health/live")).GetProperty("status").GetString());
        }

        await ReadyAsync(server, HttpStatusCode.OK);
        await server.StopAsync();
    }

    private static Task ReadyAsync(Server server, HttpStatusCode status) => Eventually.TrueAsync(
        async () =>
        {
            using var ready = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return ready.StatusCode == status;
        },
        () => server.Program.Output);

#pragma warning disable CA1416 // The test is skipped where there are no such locks.
    private static bool TryLock(FileStream index)
    {
        try
        {
            index.Lock(FirstLock, Locks);
            return true;
        }
        catch (IOException)
        {
            // Somebody reads at this very moment.
            return false;
        }
    }
#pragma warning restore CA1416
}
