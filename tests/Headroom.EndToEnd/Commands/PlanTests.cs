using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Commands;

public sealed class PlanTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task The_plan_is_printed()
    {
        var (exitCode, output) = await PlanAsync(("HEADROOM__LIMIT", "512MB"));

        Assert.True(exitCode == 0, output);
        Assert.Contains("limit 512.0 MB (configuration), 1 worker", output);
        Assert.Contains("baseline", output);
        Assert.Contains("guarantee", output);
        Assert.Contains("Fits: ", output);
    }

    [Fact]
    public async Task A_plan_that_does_not_fit_names_its_largest_term_and_what_to_change()
    {
        var (exitCode, output) = await PlanAsync(("HEADROOM__LIMIT", "128MB"));

        Assert.Equal(1, exitCode);
        Assert.Matches(@"Does not fit: \d+\.\d MB are needed, 115\.2 MB are there", output);
        Assert.Matches("The largest term is «.+» \\(.+ MB\\): .*HEADROOM__[A-Z_]+", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task What_does_not_fit_does_not_serve_either()
    {
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path, ("HEADROOM__LIMIT", "128MB")));

        Assert.Equal(1, exitCode);
        Assert.Contains("Does not fit", output);
        Assert.DoesNotContain("serves on", output);
    }

    [Fact]
    public async Task A_pool_that_two_services_share_is_one_line()
    {
        var (exitCode, output) = await PlanAsync(("HEADROOM__LIMIT", "512MB"));

        Assert.True(exitCode == 0, output);
        Assert.Single(output.Split('\n'), line => line.Contains("pool «models»", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plan", "HEADROOM__UPLOADS__STORE", "disk")]
    [InlineData("serve", "HEADROOM__UPLOADS__STORE", "disk")]
    [InlineData("plan", "HEADROOM__UPLOADS__STORE", "s3")]
    public async Task A_data_folder_in_memory_is_refused_before_anything_fits(string command, string setting, string value)
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no /dev/shm here.");
        var data = $"/dev/shm/headroom-{Guid.NewGuid():N}";
        try
        {
            var (exitCode, output) = await Program.RunAsync(
                Built.Server,
                Server.Settings(
                    data,
                    ("HEADROOM__LIMIT", "512MB"),
                    (setting, value),
                    ("HEADROOM__UPLOADS__S3__ENDPOINT", "http://127.0.0.1:9"),
                    ("HEADROOM__UPLOADS__S3__BUCKET", "b"),
                    ("HEADROOM__UPLOADS__S3__ACCESSKEY", "a"),
                    ("HEADROOM__UPLOADS__S3__SECRETKEY", "s")),
                command);

            Assert.Equal(1, exitCode);
            Assert.Contains("is on tmpfs", output);
            Assert.DoesNotContain("Fits", output);
            Assert.False(Directory.Exists(data), "What is refused leaves nothing behind.");
        }
        finally
        {
            if (Directory.Exists(data))
                Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_data_folder_in_memory_is_no_matter_where_nothing_is_uploaded()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no /dev/shm here.");

        var (exitCode, output) = await Program.RunAsync(
            Built.Server, Server.Settings($"/dev/shm/headroom-{Guid.NewGuid():N}", ("HEADROOM__LIMIT", "512MB"), ("HEADROOM__SERVICES", "faces")), "plan");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Printing_the_plan_makes_no_file_and_no_folder()
    {
        var data = Path.Join(_data.Path, "not", "there");

        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(data, ("HEADROOM__LIMIT", "512MB")), "plan");

        Assert.True(exitCode == 0, output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data.Path));
    }

    [Theory]
    [InlineData("WORKERS")]
    [InlineData("WEB_CONCURRENCY")]
    public async Task Several_workers_need_several_times_the_memory(string variable)
    {
        var (exitCode, output) = await PlanAsync(("HEADROOM__LIMIT", "512MB"), (variable, "4"));

        Assert.Equal(1, exitCode);
        Assert.Matches(@"needed +4 workers × \d+\.\d MB +\d+\.\d MB", output);
        Assert.Contains("set WORKERS=1", output);
    }

    [Fact]
    public async Task Several_workers_that_would_fit_are_not_supported_yet()
    {
        var (exitCode, output) = await PlanAsync(("HEADROOM__LIMIT", "4GB"), ("WORKERS", "2"));

        Assert.Equal(1, exitCode);
        Assert.Contains("not supported yet", output);
    }

    public void Dispose() => _data.Dispose();

    private Task<(int ExitCode, string Output)> PlanAsync(params (string Name, string Value)[] settings) =>
        Program.RunAsync(Built.Server, Server.Settings(_data.Path, settings), "plan");
}
