using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Headroom.Blobs.S3.Tests;

/// <summary>A request on its way through the <see cref="FaultyProxy"/>, and what can be done to it.</summary>
internal sealed class Exchange(HttpContext context, Uri server, HttpClient client)
{
    public string Kind { get; } = (context.Request.Method, context.Request.Query) switch
    {
        ("PUT", var query) when query.ContainsKey("partNumber") => "UploadPart",
        ("PUT", _) => "Put",
        ("POST", var query) when query.ContainsKey("uploads") => "Begin",
        ("POST", var query) when query.ContainsKey("uploadId") => "Complete",
        ("GET", var query) when query.ContainsKey("uploadId") => "ListParts",
        ("GET", var query) when query.ContainsKey("list-type") => "List",
        (var method, _) => char.ToUpperInvariant(method[0]) + method[1..].ToLowerInvariant(),
    };

    /// <summary>The request's headers, as they were.</summary>
    public Dictionary<string, string> Headers { get; } = context.Request.Headers.ToDictionary(
        h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    public CancellationToken Gone => context.RequestAborted;

    /// <summary>Passes request and answer on.</summary>
    /// <param name="damageRequest">Changes bytes of the request's body.</param>
    /// <param name="damageAnswer">Changes the answer's headers.</param>
    /// <param name="breakAfter">Breaks the connection after that many bytes of the answer.</param>
    /// <param name="stall">What happens before it breaks.</param>
    public async Task PassAsync(
        Action<Memory<byte>>? damageRequest = null, Action<IHeaderDictionary>? damageAnswer = null, long breakAfter = long.MaxValue, Func<Task>? stall = null)
    {
        using var answer = await ForwardAsync(damageRequest);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(h => h.Key is not ("Transfer-Encoding" or "Connection" or "Date")))
            context.Response.Headers[name] = values.ToArray();
        damageAnswer?.Invoke(context.Response.Headers);
        await using var body = await answer.Content.ReadAsStreamAsync(Gone);
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, Gone) is var read and > 0)
        {
            var rest = (int)Math.Min(read, breakAfter);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, rest), Gone);
            if ((breakAfter -= rest) == 0)
            {
                await context.Response.Body.FlushAsync(Gone);
                await (stall?.Invoke() ?? Task.CompletedTask);
                context.Abort();
                return;
            }
        }
    }

    /// <summary>Lets the server do it, and keeps the answer.</summary>
    public async Task SwallowAnswerAsync()
    {
        using var answer = await ForwardAsync(null);
        await answer.Content.ReadAsByteArrayAsync(Gone);
    }

    /// <summary>Lets the server do it, and breaks the connection.</summary>
    public async Task LoseAnswerAsync()
    {
        await SwallowAnswerAsync();
        context.Abort();
    }

    /// <summary>Reads some of the body, then resets the connection.</summary>
    public async Task ResetAsync()
    {
        _ = await context.Request.Body.ReadAtLeastAsync(new byte[100_000], 100_000, throwOnEndOfStream: false, Gone);
        context.Abort();
    }

    /// <summary>Never answers.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, Gone);

    /// <summary>The request's body, where <see cref="AnswerAsync(string, int)"/> read it.</summary>
    public string Body { get; private set; } = "";

    public async Task AnswerAsync(string xml, int status = 200)
    {
        using var reader = new StreamReader(context.Request.Body);
        Body = await reader.ReadToEndAsync(Gone);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}", Gone);
    }

    public Task AnswerAsync(int status, string code) =>
        AnswerAsync($"<Error><Code>{code}</Code><Message>From the test.</Message><RequestId>1</RequestId></Error>", status);

    private async Task<HttpResponseMessage> ForwardAsync(Action<Memory<byte>>? damage)
    {
        // The path is signed: it must arrive as it was sent.
        var target = new Uri(
            server.GetLeftPart(UriPartial.Authority) + context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Request.ContentLength is not null)
            request.Content = new StreamContent(damage is null ? context.Request.Body : new MemoryStream(await DamagedAsync(damage)));
        foreach (var (name, value) in Headers.Where(h => h.Key is not "Expect"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Gone);
    }

    private async Task<byte[]> DamagedAsync(Action<Memory<byte>> damage)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, Gone);
        damage(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        return bytes.ToArray();
    }
}
