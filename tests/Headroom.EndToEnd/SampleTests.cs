using System.Security.Cryptography;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd;

public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_hashes_what_is_posted_to_it()
    {
        using var program = Program.Start(
            Built.Sample, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["HEADROOM__LIMIT"] = "512MB" });
        var line = await program.HearAsync("Now listening on: ");
        using var http = new HttpClient { BaseAddress = new Uri(line[(line.LastIndexOf(' ') + 1)..]) };
        var body = new byte[3_000_000];
        new Random(1).NextBytes(body);

        using var content = new ByteArrayContent(body);
        using var answer = await http.PostAsync(new Uri("/hash", UriKind.Relative), content);
        using var tooLarge = new ByteArrayContent(new byte[9 * 1024 * 1024]);
        using var refusal = await http.PostAsync(new Uri("/hash", UriKind.Relative), tooLarge);
        var memory = await http.GetStringAsync(new Uri("/memory-status", UriKind.Relative));

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), await answer.Content.ReadAsStringAsync());
        await refusal.IsProblemAsync(413, "body-too-large");
        Assert.Contains("\"name\":\"hash\"", memory);
        Assert.Equal(0, await program.StopAsync());
    }

    [Fact]
    public async Task The_sample_refuses_to_start_where_its_plan_does_not_fit()
    {
        var (exitCode, output) = await Program.RunAsync(
            Built.Sample, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["HEADROOM__LIMIT"] = "64MB" });

        Assert.NotEqual(0, exitCode);
        Assert.Contains("POST /hash", output);
        Assert.Contains("Does not fit", output);
        Assert.DoesNotContain("Now listening", output);
    }
}
