using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Commands;

public sealed class ShutdownTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task Asked_to_stop_during_a_request_it_answers_it_first(params string[] arguments)
    {
        var photo = HandMade.BlackPng(640, 480);
        using var server = await Server.StartAsync(Server.Settings(_data.Path), arguments);
        await server.ModelsAreReadyAsync();
        using var request = await Connection.ClockAsync(server, photo.Length, photo.AsMemory(0, 20));
        await Eventually.TrueAsync(async () => await server.LeasedAsync("faces") > 0);

        server.Program.AskToStop();
        await Eventually.TrueAsync(async () => !await AcceptsAsync(server));
        // Longer than the two seconds that a parser of command lines would give it.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await request.SendAsync(photo.AsMemory(20));

        Assert.StartsWith("HTTP/1.1 422 ", await request.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await server.Program.WaitForExitAsync());
    }

    private static async Task<bool> AcceptsAsync(Server server)
    {
        try
        {
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(server.Address.Host, server.Address.Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
