using System.Net.Sockets;
using Amazon.Runtime;

namespace Headroom.Blobs.S3;

/// <summary>
/// The SDK's HTTP client, with socket buffers of a fixed size: left alone, the kernel lets each grow to megabytes, and a
/// memory cgroup is charged for them.
/// </summary>
internal sealed class S3HttpClients : HttpClientFactory, IDisposable
{
    /// <summary>What is asked for, for each direction; Linux doubles it for its own bookkeeping (socket(7)).</summary>
    public const int SocketBufferBytes = 128 * 1024;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        // A redirect would carry signed requests to an address that isn't in the configuration.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // Now and then the name is looked up again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = ConnectAsync,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendBufferSize = SocketBufferBytes,
            ReceiveBufferSize = SocketBufferBytes,
        };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
