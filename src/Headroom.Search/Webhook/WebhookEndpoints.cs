using System.Text.Json;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Search.Documents;
using Headroom.Sqlite;
using Headroom.Web.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Search.Webhook;

/// <summary>
/// <c>POST /webhook/tally</c>: open to the world, so refusing is cheap. Without a signature nothing is read, with a wrong
/// one nothing is parsed. What was answered with 2xx is on the disk; no model is waited for.
/// </summary>
internal sealed partial class WebhookEndpoints(
    SigningSecrets secrets,
    SearchOptions options,
    WebhookMetrics metrics,
    IHostApplicationLifetime lifetime,
    ILogger<WebhookEndpoints> logger)
{
    private const string Source = "tally";

    /// <summary>What a body turns into beside itself: its text and its values as UTF-16, what they are built in, and their row.</summary>
    private const int Growth = 8;

    private static readonly ByteSize PerRequest = ByteSize.FromKilobytes(64);
    private static readonly ByteSize MaxBody = ByteSize.FromMegabytes(1);

    /// <summary>When Tally itself sends again.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(5);

    /// <summary>Whether what is not signed is taken: only as long as there is no secret.</summary>
    private bool IsUnsigned => secrets.IsEmpty && options.AllowUnsigned;

    /// <summary>The route's handler as it is before anything is counted; null before the route is made.</summary>
    public RequestDelegate? Handler { get; private set; }

    /// <summary>What is stored of a submission.</summary>
    public static NewDocument DocumentOf(TallyEvent submission) =>
        new(submission.Id, submission.Text.Text, submission.Text.Filters, Source, submission.EventId);

    public void Map(IEndpointRouteBuilder routes)
    {
        lifetime.ApplicationStarted.Register(Announce);
        routes.MapPost("/webhook/tally", (RequestDelegate)ReceiveAsync)
            // Tally gives up after ten seconds, and sends again later.
            .RequireMemory(new MemoryRequirement(Pools.Search, PerRequest, MaxBody)
            {
                BeforeLease = RequireSignatureAsync,
                ReadTimeout = TimeSpan.FromSeconds(5),
                BodyTimeout = TimeSpan.FromSeconds(10),
                MaxWait = TimeSpan.FromSeconds(8),
            })
            .WithDisplayName("POST /webhook/tally, one submission")
            .Add(endpoint =>
            {
                Handler = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = metrics.Counting(Handler);
            });
    }

    private void Announce()
    {
        if (IsUnsigned)
            LogUnsigned(logger);
        else if (secrets.IsEmpty)
            LogClosed(logger, SigningSecrets.Variable);
    }

    private ValueTask RequireSignatureAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (secrets.IsEmpty && !options.AllowUnsigned)
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "webhook-closed",
                "This server has no signing secret, so it can't tell submissions from forgeries and takes none. "
                + $"Set {SigningSecrets.Variable} to the secret that Tally shows beside the webhook; for development without one, "
                + "HEADROOM__SEARCH__ALLOW_UNSIGNED=true.",
                Later);
        if (IsUnsigned)
            return ValueTask.CompletedTask;
        var header = context.Request.Headers[SigningSecrets.Header];
        Span<byte> signature = stackalloc byte[SigningSecrets.SignatureBytes];
        if (header.Count == 0)
            throw Refuse(
                context,
                "no-signature",
                $"This needs the header {SigningSecrets.Header}: the HMAC-SHA256 of the body in Base64. "
                + "Add a signing secret to the webhook in Tally, the one that the server has.");
        if (!SigningSecrets.TryParse(header, signature))
            throw WrongSignature(context);
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var body = await ReadAsync(context).ConfigureAwait(false);
        Grow(context, body.Length);
        // Asked for here and not before: mapping routes, as every command does, opens no database.
        var documents = context.RequestServices.GetRequiredService<DocumentStore>();
        var answer = await StoreAsync(documents, TallyEvent.Read(body.Span), context.RequestAborted).ConfigureAwait(false);
        metrics.Answered(answer);
        // With its length it is one packet, not three.
        var json = JsonSerializer.SerializeToUtf8Bytes(answer, WebhookJson.Default.WebhookAnswer);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Reads the body and verifies it on the way.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var body = new byte[context.Request.ContentLength is { } known ? (int)known + 1 : 16 * 1024];
        var length = 0;
        using var check = secrets.Begin();
        while (await context.Request.Body.ReadAsync(body.AsMemory(length), context.RequestAborted).ConfigureAwait(false) is var read and > 0)
        {
            check.Append(body.AsSpan(length, read));
            if ((length += read) == body.Length)
                Array.Resize(ref body, (int)Math.Min(2L * length, MaxBody.Bytes + 1));
        }
        if (!IsUnsigned && !IsSigned(check, context))
            throw WrongSignature(context);
        return body.AsMemory(0, length);
    }

    private static bool IsSigned(SignatureCheck check, HttpContext context)
    {
        Span<byte> signature = stackalloc byte[SigningSecrets.SignatureBytes];
        return SigningSecrets.TryParse(context.Request.Headers[SigningSecrets.Header], signature) && check.Matches(signature);
    }

    /// <summary>Takes what the parsed body needs. It never waits: it holds what others may wait for.</summary>
    private static void Grow(HttpContext context, int bytes)
    {
        var lease = context.GetMemoryLease();
        var more = (long)bytes * Growth - PerRequest.Bytes;
        if (more > 0 && !lease.TryGrow(more))
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "memory-busy",
                $"A submission of {new ByteSize(bytes)} needs {new ByteSize(bytes * (long)Growth)} now, more than is free; send it again later.",
                lease.RetryAfter);
    }

    private static async Task<WebhookAnswer> StoreAsync(DocumentStore documents, TallyEvent? submission, CancellationToken cancellationToken)
    {
        if (submission is null)
            return WebhookAnswer.Ignored;
        try
        {
            var added = await documents.AddAsync(DocumentOf(submission), DocumentConflict.Keep, cancellationToken).ConfigureAwait(false);
            return WebhookAnswer.Of(added);
        }
        catch (DatabaseException full) when (full.Problem == DatabaseProblem.Full)
        {
            // Senders of webhooks know 503 and come again.
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "store-full",
                "There is no space left for documents, and nothing was changed. Send it again later, or have the server's operator make room.",
                Later);
        }
    }

    private static ProblemException WrongSignature(HttpContext context) =>
        Refuse(
            context,
            "bad-signature",
            $"The signature does not fit. {SigningSecrets.Header} must stand there once and be the HMAC-SHA256, in Base64, "
            + $"of the body's bytes exactly as they are sent, with the secret that the server has in {SigningSecrets.Variable} or "
            + $"{SigningSecrets.PreviousVariable}.");

    private static ProblemException Refuse(HttpContext context, string type, string detail)
    {
        context.Response.Headers.WWWAuthenticate = SigningSecrets.Header;
        return new ProblemException(StatusCodes.Status401Unauthorized, type, detail);
    }

    [LoggerMessage(LogLevel.Warning, "Submissions are taken from everybody, unsigned (HEADROOM__SEARCH__ALLOW_UNSIGNED): for development only.")]
    private static partial void LogUnsigned(ILogger logger);

    [LoggerMessage(LogLevel.Information, "POST /webhook/tally takes nothing before {Variable} is set.")]
    private static partial void LogClosed(ILogger logger, string variable);
}
