using System.Text;
using Headroom.AspNetCore.Problems;
using Headroom.Buffers;
using Headroom.Faces.Photos;
using Microsoft.AspNetCore.Http;

namespace Headroom.Faces.Tests.Photos;

public sealed class PhotoReceiverTests : IDisposable
{
    private const string Form = "multipart/form-data; boundary=edge";

    private readonly SegmentPool _segments = new(ByteSize.Zero);

    public void Dispose()
    {
        // Whatever happened, every segment came back.
        Assert.Equal(0, _segments.Rented);
        _segments.Dispose();
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("application/octet-stream")]
    [InlineData("not a type")]
    [InlineData(null)]
    public async Task A_raw_body_is_the_photo(string? type)
    {
        var photo = new byte[200_000];
        new Random(1).NextBytes(photo);

        Assert.Equal(photo, await ReadAsync(type, photo));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    public async Task A_body_that_says_it_is_no_photo_is_not_read_as_one(string type) =>
        Assert.Equal((415, "unsupported-body"), await FailsAsync(type, "x"));

    [Theory]
    [InlineData(Form)]
    [InlineData("Multipart/Form-Data; Boundary=edge")]
    [InlineData("multipart/form-data; boundary=\"edge\"")]
    [InlineData("multipart/form-data; charset=utf-8; boundary=edge")]
    public async Task A_file_in_its_field_is_the_photo(string type) =>
        Assert.Equal("photo\r\n--edg\r\nbytes"u8.ToArray(), await ReadAsync(type, Part("photo", "photo\r\n--edg\r\nbytes") + "--edge--\r\n"));

    [Fact]
    public async Task A_quoted_boundary_may_hold_what_a_token_may_not() =>
        Assert.Equal("x"u8.ToArray(), await ReadAsync("multipart/form-data; boundary=\"a b:c\"", Part("photo", "x", "a b:c") + "--a b:c--\r\n"));

    [Fact]
    public async Task A_file_over_many_segments_is_whole()
    {
        var content = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i:D5}"));

        Assert.Equal(Encoding.ASCII.GetBytes(content), await ReadAsync(Form, Part("photo", content) + "--edge--\r\n"));
    }

    [Fact]
    public async Task Another_field_is_named_in_the_answer()
    {
        var problem = await ProblemAsync(Form, Part("picture", "x") + "--edge--\r\n");

        Assert.Equal(400, problem.Status);
        Assert.Contains("'picture'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'photo'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_files_are_one_too_many() =>
        Assert.Contains(
            "more than one", (await ProblemAsync(Form, Part("photo", "x") + Part("photo", "y") + "--edge--\r\n")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_form_without_a_file_is_said_to_have_none() =>
        Assert.Contains("no file", (await ProblemAsync(Form, "--edge--\r\n")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("image/jpeg", "")]
    [InlineData(Form, "--edge\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\n\r\n--edge--\r\n")]
    public async Task An_empty_photo_is_said_to_be_empty(string type, string body) =>
        Assert.Contains("empty", (await ProblemAsync(type, body)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("no form at all")]
    [InlineData("--edge\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nhalf a pho")]
    [InlineData("--edge\r\nContent-Disposition: form-da")]
    [InlineData("--edge\r\nno header\r\n\r\nx\r\n--edge--\r\n")]
    [InlineData("--edge\r\n\r\nx\r\n--edge--\r\n")]
    [InlineData("--edge\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nx\r\n--edge\r\nContent-")]
    public async Task A_broken_form_is_answered_with_400(string body) => Assert.Equal((400, "bad-photo-body"), await FailsAsync(Form, body));

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/mixed; boundary=edge")]
    public async Task A_form_needs_its_type_and_a_boundary(string type) =>
        Assert.Contains("boundary", (await ProblemAsync(type, Part("photo", "x") + "--edge--\r\n")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_boundary_of_201_characters_is_too_long()
    {
        var boundary = new string('b', 201);

        Assert.Equal(
            (400, "bad-photo-body"), await FailsAsync($"multipart/form-data; boundary={boundary}", Part("photo", "x", boundary) + $"--{boundary}--\r\n"));
        Assert.Equal(
            "x"u8.ToArray(),
            await ReadAsync($"multipart/form-data; boundary={boundary[1..]}", Part("photo", "x", boundary[1..]) + $"--{boundary[1..]}--\r\n"));
    }

    [Theory]
    [InlineData(100, 10)]
    [InlineData(1, 100_000)]
    public async Task A_part_with_too_many_or_too_long_headers_is_refused(int headers, int length)
    {
        var extra = string.Concat(Enumerable.Range(0, headers).Select(i => $"X-{i}: {new string('h', length)}\r\n"));

        Assert.Equal((400, "bad-photo-body"), await FailsAsync(Form, "--edge\r\n" + extra + Part("photo", "x")["--edge\r\n".Length..] + "--edge--\r\n"));
    }

    [Fact]
    public async Task What_the_server_says_of_the_body_is_passed_on()
    {
        var context = Context("image/jpeg", Stream.Null);
        context.Request.Body = new FailingStream(new BadHttpRequestException("Too slow.", 408));

        Assert.Equal(408, (await Assert.ThrowsAsync<BadHttpRequestException>(
            () => new PhotoReceiver(_segments).ReceiveAsync(context.Request, "photo", CancellationToken.None))).StatusCode);
    }

    private static string Part(string field, string content, string boundary = "edge") =>
        $"--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"me.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n{content}\r\n";

    private async Task<ProblemException> ProblemAsync(string type, string body) => await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(type, body));

    private async Task<(int Status, string Type)> FailsAsync(string type, string body)
    {
        var problem = await ProblemAsync(type, body);
        return (problem.Status, problem.Type);
    }

    private Task<byte[]> ReadAsync(string? type, string body) => ReadAsync(type, Encoding.UTF8.GetBytes(body));

    private async Task<byte[]> ReadAsync(string? type, byte[] body)
    {
        using var photo = await new PhotoReceiver(_segments).ReceiveAsync(Context(type, new MemoryStream(body)).Request, "photo", CancellationToken.None);
        using var copy = new MemoryStream();
        await photo.OpenRead().CopyToAsync(copy);
        return copy.ToArray();
    }

    private static DefaultHttpContext Context(string? type, Stream body)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = body;
        if (type is not null)
            context.Request.ContentType = type;
        return context;
    }

    /// <summary>A body that fails at the second read.</summary>
    private sealed class FailingStream(Exception failure) : MemoryStream(new byte[10])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > 0 ? ValueTask.FromException<int>(failure) : base.ReadAsync(buffer, cancellationToken);
    }
}
