using Headroom.AspNetCore.Problems;

namespace Headroom.AspNetCore.Tests.Problems;

public sealed class FoldersTests
{
    [Theory]
    [InlineData("'/data/models/mine.onnx' has sha256 00", "'mine.onnx' has sha256 00")]
    [InlineData("'/data/my models/mine.onnx' can't be read", "'mine.onnx' can't be read")]
    [InlineData("Load model from /srv/app/x.onnx failed:/srv is gone (/a/b/c)", "Load model from x.onnx failed:/srv is gone (c)")]
    [InlineData("/data/models/x.json can't be read", "x.json can't be read")]
    [InlineData("There is no key; GET /health answers.", "There is no key; GET /health answers.")]
    [InlineData("Take 3/4 and https://example.org/a/b", "Take 3/4 and https://example.org/a/b")]
    [InlineData("", "")]
    public void Of_a_path_the_last_name_is_told(string message, string told) => Assert.Equal(told, Folders.LeaveOut(message));
}
