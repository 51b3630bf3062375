using System.Text.RegularExpressions;
using Headroom.Blobs.Tests.Disk;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>
/// What the running server asks of the kernel, in order, from strace. After a kill the page cache still has everything, so
/// only the calls tell whether a power failure would lose what was acknowledged.
/// </summary>
public sealed class TraceTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Bytes_are_durable_then_recorded_then_acknowledged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace exists on Linux only.");
        var trace = Path.Join(_data.Path, "trace");
        // -D: the tracer is the child, so that the server is the process that is stopped.
        using var server = await Server.StartByAsync(
            NeededProgram.Strace.PathOrSkip(), UploadFixture.Settings(_data.Path), "-D", "-f", "-y", "-q", "-s", "64", "--seccomp-bpf",
            "-e", "trace=write,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg", "-o", trace, Built.Server);

        await server.Http.UploadAsync(UploadCalls.Bytes(100_000, 1), 100_000);
        await server.StopAsync();

        var calls = new List<string>();
        await Eventually.TrueAsync(() =>
        {
            calls = [.. StraceLog.Returned(File.ReadLines(trace), begun: IsSending)];
            return Task.FromResult(calls.Any(c => Said(c, "200 OK")));
        });
        AssertOrder(
            calls, from: "201 Created", to: "204 No Content",
            @"^pwrite64\(\d+<.*/uploads/scratch/\w{32}>",
            @"^rename\("".*/uploads/scratch/\w{32}"", "".*/uploads/open/\w\w/\w{32}~\w{32}/0{16}""\)",
            @"^fsync\(\d+<.*/uploads/open/\w\w/\w{32}~\w{32}/0{16}>\)",
            @"^fsync\(\d+<.*/uploads/open/\w\w/\w{32}~\w{32}>\)",
            @"^(write|pwrite64)\(\d+<.*/headroom\.db-wal>",
            @"^(fsync|fdatasync)\(\d+<.*/headroom\.db-wal>\)");
        // What is stored and its manifest wait for the device side by side: each has its order.
        AssertOrder(
            calls, from: "204 No Content", to: "200 OK",
            @"^(fsync|fdatasync)\(\d+<.*/headroom\.db-wal>\)",
            @"^rename\("".*/uploads/open/\w\w/\w{32}~\w{32}/0{16}"", "".*/uploads/blobs/\w\w/\w{32}""\)",
            @"^fsync\(\d+<.*/uploads/blobs/\w\w>\)",
            @"^(write|pwrite64)\(\d+<.*/headroom\.db-wal>",
            @"^(fsync|fdatasync)\(\d+<.*/headroom\.db-wal>\)");
        AssertOrder(
            calls, from: "204 No Content", to: "200 OK",
            @"^(fsync|fdatasync)\(\d+<.*/headroom\.db-wal>\)",
            @"^fsync\(\d+<.*/uploads/scratch/\w{32}>\)",
            @"^rename\("".*/uploads/scratch/\w{32}"", "".*/uploads/blobs/\w\w/\w{32}[^/""]+""\)",
            @"^fsync\(\d+<.*/uploads/blobs/\w\w>\)",
            @"^(write|pwrite64)\(\d+<.*/headroom\.db-wal>",
            @"^(fsync|fdatasync)\(\d+<.*/headroom\.db-wal>\)");
    }

    public void Dispose() => _data.Dispose();

    private static void AssertOrder(List<string> calls, string from, string to, params string[] expected)
    {
        var start = calls.FindIndex(c => Said(c, from));
        var end = calls.FindIndex(start + 1, c => Said(c, to));
        Assert.True(start >= 0 && end > start, $"The server was not seen to answer {from}, then {to}.");
        var at = start;
        foreach (var pattern in expected)
        {
            var next = calls.FindIndex(at, end - at, c => Regex.IsMatch(c, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));
            Assert.True(next >= 0, $"{pattern} is missing in:\n{string.Join('\n', calls[start..end])}");
            at = next + 1;
        }
    }

    private static bool Said(string call, string status) => IsSending(call) && call.Contains($"HTTP/1.1 {status}", StringComparison.Ordinal);

    private static bool IsSending(string call) => call.StartsWith("send", StringComparison.Ordinal);
}
