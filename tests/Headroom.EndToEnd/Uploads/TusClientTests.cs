using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>tus-js-client as it comes from npm, which is also what Uppy uploads with.</summary>
public sealed class TusClientTests(UploadFixture fixture) : IClassFixture<UploadFixture>
{
    private HttpClient Http => fixture.Server.Http;

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(20_000_000)]
    public async Task A_file_is_uploaded_in_one_request(int length)
    {
        var bytes = UploadCalls.Bytes(length, length);

        var location = await UploadAsync(bytes, "{}");

        Assert.Equal(bytes, await FileAsync(location));
    }

    [Fact]
    public async Task A_file_is_uploaded_in_chunks_with_its_name_and_type()
    {
        var bytes = UploadCalls.Bytes(1_000_000, 4);

        var location = await UploadAsync(bytes, """{"chunkSize":300000,"metadata":{"filename":"Übung.pdf","filetype":"application/pdf"}}""");

        using var file = await Http.GetAsync(new Uri("/api" + location, UriKind.Relative));
        Assert.Equal(bytes, await file.Content.ReadAsByteArrayAsync());
        Assert.Equal("Übung.pdf", file.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("application/pdf", file.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_first_bytes_come_with_the_creation()
    {
        var bytes = UploadCalls.Bytes(500_000, 5);

        Assert.Equal(bytes, await FileAsync(await UploadAsync(bytes, """{"uploadDataDuringCreation":true}""")));
    }

    [Fact]
    public async Task Patch_hides_behind_post_where_it_must()
    {
        var bytes = UploadCalls.Bytes(500_000, 6);

        Assert.Equal(bytes, await FileAsync(await UploadAsync(bytes, """{"overridePatchMethod":true}""")));
    }

    [Fact]
    public async Task An_upload_that_was_broken_off_is_resumed_where_it_stopped()
    {
        var bytes = UploadCalls.Bytes(4_000_000, 7);

        // Breaks off by itself after the second chunk and goes on from the address alone.
        var location = await UploadAsync(bytes, """{"chunkSize":500000,"breakOffAfter":900000}""");

        Assert.Equal(bytes, await FileAsync(location));
    }

    [Fact]
    public async Task An_upload_that_is_given_up_is_terminated()
    {
        var location = await UploadAsync(UploadCalls.Bytes(2_000_000, 8), """{"chunkSize":500000,"terminateAfter":900000}""");

        using var request = new HttpRequestMessage(HttpMethod.Head, location) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        using var answer = await Http.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <returns>The path of the upload.</returns>
    private async Task<string> UploadAsync(byte[] bytes, string options)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Join(folder.Path, "file");
        await File.WriteAllBytesAsync(file, bytes);
        var script = await TusClient.ScriptAsync();
        var (exitCode, output) = await Program.RunAsync(
            "node", new Dictionary<string, string>(), script, new Uri(fixture.Server.Address, "/files").ToString(), Server.AdminKey, file, options);
        Assert.True(exitCode == 0, output);
        return new Uri(output.Split('\n')[^1]).AbsolutePath;
    }

    private Task<byte[]> FileAsync(string location) => Http.GetByteArrayAsync(new Uri("/api" + location, UriKind.Relative));
}
