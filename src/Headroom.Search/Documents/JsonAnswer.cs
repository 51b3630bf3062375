using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Documents;

/// <summary>An answer that is written out as it grows.</summary>
internal sealed class JsonAnswer : IAsyncDisposable
{
    private const int FlushBytes = 16 * 1024;

    private readonly HttpContext _context;

    private JsonAnswer(HttpContext context)
    {
        _context = context;
        context.Response.ContentType = "application/json; charset=utf-8";
        // Only characters that end a string are escaped: it is no HTML, and texts of other scripts stay readable.
        Writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Writes into the answer.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Begins an answer.</summary>
    public static JsonAnswer To(HttpContext context) => new(context);

    /// <summary>Sends what was written once it is worth sending; call it between items.</summary>
    public async ValueTask FlushAsync()
    {
        await Writer.FlushAsync(_context.RequestAborted).ConfigureAwait(false);
        if (_context.Response.BodyWriter.UnflushedBytes < FlushBytes)
            return;
        await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();
}
