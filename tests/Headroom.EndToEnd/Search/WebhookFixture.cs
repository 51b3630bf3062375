using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

/// <summary>A server that takes submissions, for all tests of a class; it has to stop cleanly after them and tell no secret.</summary>
public sealed class WebhookFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private int _submissions;

    public Server Server { get; private set; } = null!;

    /// <summary>As Tally comes: without a key.</summary>
    public HttpClient Tally { get; private set; } = null!;

    /// <summary>An id that no submission has had.</summary>
    public string NextId() => $"s{Interlocked.Increment(ref _submissions)}";

    public async ValueTask InitializeAsync()
    {
        Server = await Server.StartAsync(WebhookCalls.Settings(_data.Path));
        Tally = Server.Client(null);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.EverythingIsBackAsync();
        await Server.StopAsync();
        Assert.DoesNotContain(WebhookCalls.Secret, Server.Program.Output);
        Assert.DoesNotContain(WebhookCalls.PreviousSecret, Server.Program.Output);
        Tally.Dispose();
        Server.Dispose();
        _data.Dispose();
    }
}
