using System.Net;
using System.Net.Sockets;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Commands;

public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Theory]
    [InlineData("PORT", "eighty", "PORT is 'eighty'")]
    [InlineData("PORT", "70000", "65535")]
    [InlineData("HOST", "nosuchhost", "HOST is 'nosuchhost'")]
    [InlineData("HOST", "203.0.113.9", "HOST must be an address of this machine")]
    [InlineData("HEADROOM__LIMIT", "lots", "HEADROOM__LIMIT is 'lots'")]
    [InlineData("HEADROOM__MARGIN", "10%", "HEADROOM__MARGIN is '10%'")]
    [InlineData("HEADROOM__MAXWAITING", "-1", "HEADROOM__MAXWAITING is '-1'")]
    [InlineData("HEADROOM__MAXWAIT", "forever", "HEADROOM__MAXWAIT is 'forever'")]
    [InlineData("HEADROOM__SERVICES", "faces,cooking", "'cooking'")]
    [InlineData("HEADROOM__FACES__DETECTOR", "nosuchmodel", "no model 'nosuchmodel'")]
    [InlineData("HEADROOM_ADMIN_KEY", "short", "HEADROOM_ADMIN_KEY has 5 characters")]
    [InlineData("WORKERS", "0", "WORKERS (or WEB_CONCURRENCY) is '0'")]
    public async Task A_setting_that_makes_no_sense_is_answered_with_a_sentence(string name, string value, string sentence)
    {
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path, (name, value)));

        Assert.Equal(1, exitCode);
        Assert.Contains(sentence, output);
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("serves on", output);
    }

    [Fact]
    public async Task A_port_in_use_is_answered_with_a_sentence()
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;

        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path, ("PORT", $"{port}")));

        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{port}", output);
        Assert.Contains("set PORT to a free one", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task Data_that_cannot_be_kept_is_answered_with_a_sentence()
    {
        var file = Path.Join(_data.Path, "file");
        await File.WriteAllTextAsync(file, "");

        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(Path.Join(file, "folder")));

        Assert.Equal(1, exitCode);
        Assert.Contains(file, output);
        Assert.DoesNotContain("   at ", output);
    }

    public void Dispose() => _data.Dispose();
}
