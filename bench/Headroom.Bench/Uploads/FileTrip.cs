using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Headroom.Bench.Load;

namespace Headroom.Bench.Uploads;

/// <summary>One file: sent, made complete, read back and compared, deleted.</summary>
/// <param name="plan">What is to be done.</param>
/// <param name="client">Asks.</param>
/// <param name="noise">As <see cref="FileContent"/> takes it.</param>
/// <param name="file">The file's number.</param>
/// <param name="length">In bytes.</param>
internal sealed class FileTrip(UploadPlan plan, PatientClient client, ReadOnlyMemory<byte> noise, int file, long length)
{
    private const string Resumable = "Tus-Resumable";
    private const string Version = "1.0.0";
    private const int ReadBytes = 64 * 1024;

    private const string Boundary = "headroom-bench";

    private static readonly (byte[] Before, byte[] After) Form = (
        Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"part\"; filename=\"part\"\r\nContent-Type: application/octet-stream\r\n\r\n"),
        Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"));

    /// <summary>How many parts of one file are under way at once, where they are sent in parallel.</summary>
    private const int ParallelParts = 4;

    /// <summary>Sends the file.</summary>
    /// <returns>Its id.</returns>
    public Task<string> SendAsync(CancellationToken cancellationToken) => plan.Ways[file % plan.Ways.Count] switch
    {
        UploadWay.Parts => SendPartsAsync(1, cancellationToken),
        UploadWay.FormParts => SendPartsAsync(1, cancellationToken, asForm: true),
        UploadWay.ParallelParts => SendPartsAsync(ParallelParts, cancellationToken),
        UploadWay.Tus => SendByTusAsync(length, cancellationToken),
        _ => SendByTusAsync(plan.PartBytes ?? 4 * 1048576, cancellationToken),
    };

    /// <summary>Downloads the file.</summary>
    /// <returns>Whether it is what was sent.</returns>
    public async Task<bool> CompareAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await client.AskAsync(HttpMethod.Get, FilePath(id), json: null, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var (content, buffer) = (Content(), ArrayPool<byte>.Shared.Rent(ReadBytes));
        try
        {
            for (var position = 0L; ;)
            {
                var read = await stream.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                    return position == length;
                if (!content.Matches(position, buffer.AsSpan(0, read)))
                    return false;
                position += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Deletes the file.</summary>
    /// <returns>Whether it can't be read any more.</returns>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        (await client.AskAsync(HttpMethod.Delete, FilePath(id), json: null, cancellationToken)).Dispose();
        try
        {
            (await client.AskAsync(HttpMethod.Get, FilePath(id), json: null, cancellationToken)).Dispose();
            return false;
        }
        catch (UploadRefusedException gone) when (gone.Status == (int)HttpStatusCode.NotFound)
        {
            return true;
        }
    }

    private static string FilePath(string id) => $"/api/files/{id}";

    private FileContent Content() => new(noise, file, length);

    private async Task<string> SendPartsAsync(int parallel, CancellationToken cancellationToken, bool asForm = false)
    {
        var wish = $$"""{"name":"file-{{file}}.bin","size":{{length}}{{(plan.PartBytes is { } bytes ? $",\"part_size\":{bytes}" : "")}}}""";
        JsonElement begun;
        using (var answer = await client.AskAsync(HttpMethod.Post, "/api/uploads", wish, cancellationToken))
            begun = JsonElement.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        var (id, partBytes, parts) = (begun.GetProperty("id").GetString()!, begun.GetProperty("part_size").GetInt64(), begun.GetProperty("parts").GetInt32());
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(parallel, parts)).Select(async _ =>
        {
            using var sender = new BodySender(plan.Address, plan.Key);
            var content = Content();
            for (var part = Interlocked.Increment(ref next); part <= parts; part = Interlocked.Increment(ref next))
            {
                var (number, from) = (part, (part - 1) * partBytes);
                await client.SendAsync(
                    () => sender.SendAsync(
                        HttpMethod.Put, $"/api/uploads/{id}/parts/{number}", content, from, Math.Min(length, from + partBytes),
                        asForm ? [$"Content-Type: multipart/form-data; boundary={Boundary}"] : [], cancellationToken, asForm ? Form : default),
                    cancellationToken);
            }
        }));
        (await client.AskAsync(HttpMethod.Post, $"/api/uploads/{id}/complete", json: null, cancellationToken)).Dispose();
        return id;
    }

    private async Task<string> SendByTusAsync(long chunk, CancellationToken cancellationToken)
    {
        string location;
        using (
            var created = await client.AskAsync(
                HttpMethod.Post, "/files", json: null, cancellationToken, (Resumable, Version), ("Upload-Length", $"{length}")))
            location = created.Headers.Location!.OriginalString;
        using var sender = new BodySender(plan.Address, plan.Key);
        var (content, offset, first) = (Content(), 0L, true);
        while (offset < length)
        {
            await client.SendAsync(PatchAsync, cancellationToken);
            offset = await OffsetAsync(location, cancellationToken);
            first = true;
        }
        return location.Split('/')[^1];

        // What came of a request that was broken off was kept: where to go on is asked first.
        async Task<HttpAnswer> PatchAsync()
        {
            if (!first)
                offset = await OffsetAsync(location, cancellationToken);
            first = false;
            return offset == length
                ? new HttpAnswer((int)HttpStatusCode.NoContent, RetryAfter: null, [])
                : await sender.SendAsync(
                    HttpMethod.Patch, location, content, offset, Math.Min(length, offset + chunk),
                    [$"{Resumable}: {Version}", $"Upload-Offset: {offset}", "Content-Type: application/offset+octet-stream"], cancellationToken);
        }
    }

    private async Task<long> OffsetAsync(string location, CancellationToken cancellationToken)
    {
        using var answer = await client.AskAsync(HttpMethod.Head, location, json: null, cancellationToken, (Resumable, Version));
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }
}
