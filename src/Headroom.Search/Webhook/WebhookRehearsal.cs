using System.Security.Cryptography;
using System.Text;
using Headroom.Search.Documents;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Search.Webhook;

/// <summary>
/// Takes a submission once while the server starts, beside everything else that starts: .NET compiles what runs for the
/// first time, which takes a tenth of a second, and the first submissions must not wait for it. Nothing is stored,
/// counted or waited for.
/// </summary>
internal sealed partial class WebhookRehearsal(WebhookEndpoints endpoints, IServiceProvider services, TimeProvider time, ILogger<WebhookRehearsal> logger)
    : IHostedService
{
    private static readonly byte[] Sample = Encoding.UTF8.GetBytes("""
        {"eventId":"e","eventType":"FORM_RESPONSE","createdAt":"","data":{"submissionId":"s","respondentId":"r","formId":"f","formName":"n","createdAt":"c","fields":[
        {"key":"question_1","label":"A","type":"TEXTAREA","value":"\u00e9 text\n"},
        {"key":"question_2","label":"B","type":"CHECKBOXES","value":["o"],"options":[{"id":"o","text":"Option"}]},
        {"key":"question_2_o","label":"B (Option)","type":"CHECKBOXES","value":true},
        {"key":"question_3","label":"C","type":"MATRIX","value":{"r":["c"]},"rows":[{"id":"r","text":"Row"}],"columns":[{"id":"c","text":"Column"}]},
        {"key":"question_4","label":"D","type":"FILE_UPLOAD","value":[{"name":"file"}]}]}}
        """);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RunAsync()
    {
        try
        {
            Store(TallyEvent.Read(Sample)!);
            if (endpoints.Handler is { } handler)
                await handler(Request()).ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            // Then the first submission takes longer.
            LogFailure(problem.Message);
        }
    }

    /// <summary>In a database in memory: the real one has nothing in it that nobody sent.</summary>
    private void Store(TallyEvent submission)
    {
        using var db = new SqliteConnection("Data Source=:memory:");
        db.Open();
        foreach (var migration in DocumentMigrations.All)
            db.Execute(migration.Sql);
        DocumentRows.Add(db, WebhookEndpoints.DocumentOf(submission).Validate(), DocumentConflict.Keep, time.GetUtcNow());
    }

    /// <summary>With a signature that fits nothing: it is admitted, read and verified, and refused.</summary>
    private DefaultHttpContext Request()
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = HttpMethods.Post;
        context.Request.Body = new MemoryStream(Sample);
        context.Request.ContentLength = Sample.Length;
        context.Request.Headers[SigningSecrets.Header] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SigningSecrets.SignatureBytes));
        context.Response.Body = Stream.Null;
        return context;
    }

    [LoggerMessage(LogLevel.Debug, "The webhook was not rehearsed: {Problem}")]
    private partial void LogFailure(string problem);
}
