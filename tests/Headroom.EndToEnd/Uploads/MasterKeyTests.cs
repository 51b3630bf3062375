using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

public sealed class MasterKeyTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task A_master_key_is_rotated_by_a_command_and_every_file_can_still_be_read()
    {
        string id;
        using (var server = await Server.StartAsync(UploadFixture.Settings(_data.Path)))
        {
            id = await server.Http.UploadAsync([1, 2, 3]);
            await server.StopAsync();
        }

        var (exitCode, output) = await Program.RunAsync(Built.Server, UploadFixture.Settings(_data.Path), "keys", "rotate-master");

        Assert.True(exitCode == 0, output);
        Assert.Contains("master.keys: the current master key is ", output);
        using (var server = await Server.StartAsync(UploadFixture.Settings(_data.Path)))
        {
            Assert.Equal([1, 2, 3], await server.Http.DownloadAsync(id));
            Assert.Equal([4], await server.Http.DownloadAsync(await server.Http.UploadAsync([4])));
            await server.StopAsync();
        }
    }

    [Fact]
    public async Task Keys_that_are_not_in_a_file_are_not_rotated()
    {
        var (exitCode, output) = await Program.RunAsync(
            Built.Server,
            UploadFixture.Settings(_data.Path, ("HEADROOM__UPLOADS__MASTERKEYS", Convert.ToBase64String(new byte[32]))),
            "keys",
            "rotate-master");

        Assert.Equal(1, exitCode);
        Assert.Contains("HEADROOM__UPLOADS__MASTERKEYS", output);
    }

    public void Dispose() => _data.Dispose();
}
