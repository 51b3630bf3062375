using System.Net;

namespace Headroom.EndToEnd.Running;

/// <summary>
/// Sends a request again that was refused for want of memory, as a polite client does, and insists that every such
/// answer is clean: a problem that says what to do, with a Retry-After.
/// </summary>
internal sealed class CleanRefusals() : DelegatingHandler(new SocketsHttpHandler())
{
    private const int Patience = 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == Patience || !await IsRefusalAsync(answer))
                return answer;
            answer.Dispose();
        }
    }

    /// <summary>Whether a lease was refused; other services that are not there have a test of their own.</summary>
    private static async Task<bool> IsRefusalAsync(HttpResponseMessage answer)
    {
        await answer.Content.LoadIntoBufferAsync();
        var text = await answer.Content.ReadAsStringAsync();
        if (!text.Contains("urn:headroom:memory-busy", StringComparison.Ordinal))
            return false;
        await answer.IsProblemAsync(503, "memory-busy");
        Assert.InRange(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 60);
        return true;
    }
}
