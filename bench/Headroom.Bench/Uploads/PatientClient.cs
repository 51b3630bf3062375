using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Headroom.Bench.Load;

namespace Headroom.Bench.Uploads;

/// <summary>
/// Asks again as real clients do: after 408, 429 and 503 when <c>Retry-After</c> says, after a lost connection a second
/// later, for as long as its token lets it. Thread-safe.
/// </summary>
internal sealed class PatientClient(HttpClient http, UploadRecord record)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Asks without a body to speak of until it is answered.</summary>
    /// <param name="json">The body; null for none.</param>
    /// <exception cref="UploadRefusedException">It was answered with a failure that waiting does not mend.</exception>
    public Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, string? json, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        AskAgainAsync(
        async () =>
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        },
        answer => ((int)answer.StatusCode, Seconds(answer.Headers.RetryAfter)),
        cancellationToken);

    /// <summary>Sends a body until it is taken.</summary>
    /// <param name="send">Sends once. It is called again after what passes.</param>
    /// <inheritdoc cref="AskAsync"/>
    public Task<HttpAnswer> SendAsync(Func<Task<HttpAnswer>> send, CancellationToken cancellationToken) => AskAgainAsync(
        async () =>
        {
            using var sending = record.BeginBody();
            return await send();
        },
        answer => (answer.Status, answer.RetryAfter),
        cancellationToken);

    private async Task<T> AskAgainAsync<T>(Func<Task<T>> ask, Func<T, (int Status, int? RetryAfter)> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var answer = await ask();
                var (status, retryAfter) = read(answer);
                if (status is >= 200 and < 300)
                    return answer;
                if (status is not (408 or 429 or 503))
                    throw new UploadRefusedException(status);
                record.Retried(retryAfter is null && status == 503 ? $"{status} without Retry-After" : $"{status}");
                await Task.Delay(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : Pause, cancellationToken);
            }
            catch (Exception problem) when (problem is HttpRequestException or SocketException or FormatException)
            {
                record.Retried(Kind(problem));
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static int? Seconds(RetryConditionHeaderValue? header) => header?.Delta is { } delta ? (int)delta.TotalSeconds : null;

    private static string Kind(Exception problem) => problem switch
    {
        SocketException socket => $"{socket.SocketErrorCode}",
        HttpRequestException { InnerException: SocketException socket } => $"{socket.SocketErrorCode}",
        HttpRequestException http => $"{http.HttpRequestError}",
        _ => problem.Message,
    };
}
