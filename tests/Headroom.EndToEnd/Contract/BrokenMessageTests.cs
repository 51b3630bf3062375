using System.Text;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Contract;

/// <summary>Messages that are broken as HTTP: told so, and no reason for a page of the log.</summary>
public sealed class BrokenMessageTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("POST /api/clock", "image/jpeg")]
    [InlineData("POST /api/staff", "application/json")]
    [InlineData("POST /api/search", "application/json")]
    [InlineData("POST /api/documents", "application/json")]
    [InlineData("POST /v1/embeddings", "application/json")]
    [InlineData("POST /api/uploads", "application/json")]
    [InlineData("POST /api/guest-links", "application/json")]
    [InlineData("POST /api/documents/retry", "application/json")]
    [InlineData("POST /files", "application/offset+octet-stream")]
    [InlineData("GET /health", "text/plain")]
    [InlineData("POST /no/such/route", "text/plain")]
    public async Task A_chunk_whose_length_overflows_is_no_fault_of_the_program(string line, string type)
    {
        var before = fixture.Server.Program.Output.Length;
        foreach (var length in (string[])["FFFFFFFFFFFFFFFFF", "80000000", "zz"])
        {
            using var connection = await Connection.OpenAsync(
                fixture.Server, line, $"Content-Type: {type}", "Transfer-Encoding: chunked", "Tus-Resumable: 1.0.0", "Upload-Length: 10");
            await connection.SendAsync(Encoding.ASCII.GetBytes(length + "\r\nabc\r\n"));

            var answer = await connection.ReadToEndAsync();

            // A route that reads no body may answer before it sees that this one is broken.
            Assert.Matches("^HTTP/1.1 (200|201|400|404|405|411|413|415|503) ", answer);
        }
        Assert.DoesNotContain("Exception", fixture.Server.Program.Output[before..]);
        Assert.DoesNotContain("   at ", fixture.Server.Program.Output[before..]);
    }
}
