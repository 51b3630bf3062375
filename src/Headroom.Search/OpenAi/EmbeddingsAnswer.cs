using System.Runtime.InteropServices;
using System.Text.Json;
using Headroom.Search.Embedding;
using Headroom.Search.Models;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.OpenAi;

/// <summary>Writes vectors out as they are: thousands of them are never in memory as text.</summary>
internal static class EmbeddingsAnswer
{
    private const int FlushBytes = 16 * 1024;

    public static async Task WriteAsync(HttpContext context, string model, SentenceEmbedding[] embeddings, int dimensions, bool base64)
    {
        context.Response.ContentType = "application/json";
        var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteString("object", "list");
            writer.WriteStartArray("data");
            for (var i = 0; i < embeddings.Length; i++)
            {
                Write(writer, i, embeddings[i].Vector, dimensions, base64);
                if (writer.BytesPending > FlushBytes)
                {
                    await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                }
            }
            writer.WriteEndArray();
            writer.WriteString("model", model);
            var tokens = embeddings.Sum(e => e.Tokens);
            writer.WriteStartObject("usage");
            writer.WriteNumber("prompt_tokens", tokens);
            writer.WriteNumber("total_tokens", tokens);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter writer, int index, float[] vector, int dimensions, bool base64)
    {
        var numbers = vector.AsSpan(0, dimensions);
        if (dimensions < vector.Length)
            SentenceModel.Normalize(numbers);
        writer.WriteStartObject();
        writer.WriteString("object", "embedding");
        writer.WriteNumber("index", index);
        if (base64)
        {
            writer.WriteBase64String("embedding", MemoryMarshal.AsBytes(numbers));
        }
        else
        {
            writer.WriteStartArray("embedding");
            foreach (var number in numbers)
                writer.WriteNumberValue(number);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
