using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>
/// Kills the server at random moments: nothing that was acknowledged may be lost, and nothing that is not complete may be
/// read.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int PartSize = 100_000;
    private const int Parts = 12;
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task No_kill_loses_what_was_acknowledged_nor_shows_what_is_not_complete()
    {
        var kills = new Kills();
        for (var kill = 0; kill < kills.Count; kill++)
        {
            var run = new Run(kills.Seed + kill);
            using (var server = await Server.StartAsync(UploadFixture.Settings(_data.Path)))
            {
                await run.BeginAsync(server.Http);
                using var stop = new CancellationTokenSource();
                var sending = run.SendAsync(server.Http, stop.Token);
                await kills.StrikeAsync(server);
                await stop.CancelAsync();
                await sending;
            }
            using (var server = await Server.StartAsync(UploadFixture.Settings(_data.Path)))
            {
                await run.CheckAsync(server.Http);
                await server.StopAsync();
            }
        }
    }

    public void Dispose() => _data.Dispose();

    /// <summary>One upload by parts, one by tus, both under way, and what of them was acknowledged.</summary>
    private sealed class Run(int seed)
    {
        private readonly byte[] _bytes = UploadCalls.Bytes((Parts * PartSize) - 1, seed);
        private readonly ConcurrentDictionary<int, bool> _acknowledged = new();
        private string _parts = "";
        private string _tus = "";
        private long _offset;
        private bool _completed;

        public async Task BeginAsync(HttpClient http)
        {
            _parts = await http.BeginAsync(_bytes.Length, PartSize);
            _tus = await http.CreateTusAsync(_bytes.Length);
        }

        public Task SendAsync(HttpClient http, CancellationToken stop) =>
            Task.WhenAll(Quietly(() => SendPartsAsync(http, stop)), Quietly(() => AppendAsync(http, stop)));

        public async Task CheckAsync(HttpClient http)
        {
            await CheckPartsAsync(http);
            var offset = await http.TusOffsetAsync(_tus);
            Assert.InRange(offset, _offset, _bytes.Length);
            if (offset < _bytes.Length)
            {
                using var unreadable = await http.GetAsync(new Uri("/api" + _tus, UriKind.Relative));
                await unreadable.IsProblemAsync(404, "no-such-file");
                using var rest = await http.PatchTusAsync(_tus, offset, _bytes.AsMemory((int)offset));
                rest.EnsureSuccessStatusCode();
            }
            Assert.Equal(_bytes, await http.GetByteArrayAsync(new Uri("/api" + _tus, UriKind.Relative)));
        }

        private async Task CheckPartsAsync(HttpClient http)
        {
            var told = await http.GetFromJsonAsync<JsonElement>($"/api/uploads/{_parts}");
            if (told.GetProperty("state").GetString() == "open")
            {
                Assert.False(_completed, "It was acknowledged as complete.");
                var received = told.GetProperty("received").EnumerateArray().Select(n => n.GetInt32()).ToHashSet();
                Assert.Empty(_acknowledged.Keys.Except(received));
                using var unreadable = await http.GetAsync(new Uri($"/api/files/{_parts}", UriKind.Relative));
                await unreadable.IsProblemAsync(404, "no-such-file");
                foreach (var number in Enumerable.Range(1, Parts).Except(received))
                {
                    using var put = await http.PutPartAsync(_parts, number, Part(number));
                    put.EnsureSuccessStatusCode();
                }
            }
            using var complete = await http.CompleteAsync(_parts);
            complete.EnsureSuccessStatusCode();
            Assert.Equal(_bytes, await http.DownloadAsync(_parts));
        }

        private async Task SendPartsAsync(HttpClient http, CancellationToken stop)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(1, Parts).Reverse(),
                new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = stop },
                async (number, token) =>
                {
                    using var put = await http.PutPartAsync(_parts, number, Part(number), token);
                    put.EnsureSuccessStatusCode();
                    _acknowledged[number] = true;
                });
            using var complete = await http.CompleteAsync(_parts);
            _completed = complete.IsSuccessStatusCode;
        }

        private async Task AppendAsync(HttpClient http, CancellationToken stop)
        {
            while (_offset < _bytes.Length)
            {
                var length = (int)Math.Min(70_001, _bytes.Length - _offset);
                using var patch = await http.PatchTusAsync(_tus, _offset, _bytes.AsMemory((int)_offset, length), stop);
                patch.EnsureSuccessStatusCode();
                _offset += length;
            }
        }

        private ReadOnlyMemory<byte> Part(int number) =>
            _bytes.AsMemory((number - 1) * PartSize, Math.Min(PartSize, _bytes.Length - ((number - 1) * PartSize)));

        private static async Task Quietly(Func<Task> send)
        {
            try
            {
                await send();
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
            {
                // The server was killed.
            }
        }
    }
}
