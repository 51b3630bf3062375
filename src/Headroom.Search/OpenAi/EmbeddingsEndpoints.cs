using System.Text.Json;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Search.Embedding;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Search.OpenAi;

/// <summary>Embeddings for OpenAI's clients and those that speak like them.</summary>
internal sealed class EmbeddingsEndpoints(SentenceEmbedder embedder)
{
    private const string DefaultModel = "default";

    /// <summary>What a text takes beside itself: its tokens and what keeps them together.</summary>
    private const int BytesPerText = 1024;

    private static readonly ByteSize PerRequest = ByteSize.FromKilobytes(64);
    private static readonly ByteSize MaxBody = ByteSize.FromMegabytes(2);

    /// <summary>Twice the texts that are taken: who is beyond that is told of the texts.</summary>
    private static readonly JsonBounds Bounds = new(64, 2 * EmbeddingsInput.MaxTexts, 8);

    /// <summary>What of a wrong value is told.</summary>
    private const int MostTold = 60;

    /// <summary>The most that a request leases before it is read.</summary>
    public static ByteSize Largest => PerRequest + MaxBody;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").RequireAuthorization(Policies.Search).WithMetadata(new OpenAiErrors());
        group
            .MapPost("/embeddings", (RequestDelegate)EmbedAsync)
            .RequireMemory(new MemoryRequirement(Pools.Search, PerRequest, MaxBody) { BeforeLease = HoldModelAsync })
            .WithDisplayName("POST /v1/embeddings, one body");
        group.MapGet("/models", (RequestDelegate)(context => WriteAsync(context, new ModelList("list", [Model()]), OpenAiJson.Default.ModelList)));
        group.MapGet("/models/{id}", (RequestDelegate)(context => AnswerAsync(context, GetModelAsync)));
    }

    private Task EmbedAsync(HttpContext context) => AnswerAsync(context, async context =>
    {
        var request = await ReadAsync(context).ConfigureAwait(false);
        var base64 = Check(request);
        var texts = request.Input!.Texts;
        Grow(context, texts);
        var embeddings = await embedder.EmbedAsync(texts, context.RequestAborted).ConfigureAwait(false);
        await EmbeddingsAnswer.WriteAsync(context, embedder.Model, embeddings, request.Dimensions ?? embedder.Dimensions, base64).ConfigureAwait(false);
    });

    /// <summary>Answers in OpenAI's shape what the handler refuses.</summary>
    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> handle)
    {
        try
        {
            await handle(context).ConfigureAwait(false);
        }
        catch (OpenAiException problem) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = problem.Status;
            await WriteAsync(context, problem.Answer, OpenAiJson.Default.ErrorAnswer).ConfigureAwait(false);
        }
    }

    private static async Task<EmbeddingsRequest> ReadAsync(HttpContext context)
    {
        var body = await ReceiveAsync(context).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body.Bytes.Span, OpenAiJson.Default.EmbeddingsRequest)
                ?? throw new OpenAiException(StatusCodes.Status400BadRequest, "The body is null. Send an object with model and input.", null, "invalid_json");
        }
        catch (JsonException problem)
        {
            throw new OpenAiException(
                StatusCodes.Status400BadRequest,
                $"The body is not the JSON that is expected (line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}). "
                + "Send an object with model and input.",
                null,
                "invalid_json",
                problem);
        }
    }

    private static async Task<ReceivedJson> ReceiveAsync(HttpContext context)
    {
        try
        {
            return await JsonReceiver.ReceiveAsync(context, Bounds).ConfigureAwait(false);
        }
        catch (JsonBoundsException problem)
        {
            throw new OpenAiException(
                StatusCodes.Status400BadRequest, $"{problem.Message} Send an object with model and input.", null, "invalid_json", problem);
        }
    }

    /// <returns>Whether vectors are wanted as base64.</returns>
    private bool Check(EmbeddingsRequest request)
    {
        if (request.Input is null)
            throw Bad("input is missing. Send a string, or an array of strings.", "input", "missing_input");
        if (request.Model is null)
            throw Bad($"model is missing. Send '{DefaultModel}' or '{embedder.Model}'.", "model", "missing_model");
        if (!IsLoaded(request.Model))
            throw NoSuchModel(request.Model);
        if (request.Dimensions is { } dimensions
            && dimensions != embedder.Dimensions
            && (!embedder.IsShortenable || dimensions < 1 || dimensions > embedder.Dimensions))
            throw Bad(
                embedder.IsShortenable
                    ? $"dimensions is {dimensions}; '{embedder.Model}' gives 1 to {embedder.Dimensions}."
                    : $"dimensions is {dimensions}; '{embedder.Model}' gives {embedder.Dimensions} and no fewer. Leave dimensions out.",
                "dimensions",
                "invalid_dimensions");
        return request.EncodingFormat switch
        {
            null or "float" => false,
            "base64" => true,
            _ => throw Bad($"encoding_format is '{Told(request.EncodingFormat)}'; it must be float or base64.", "encoding_format", "invalid_encoding_format"),
        };
    }

    /// <summary>
    /// Takes what the texts' tokens and vectors need; the body and its characters are leased already. It never waits: it
    /// holds what others may wait for.
    /// </summary>
    private void Grow(HttpContext context, string[] texts)
    {
        var lease = context.GetMemoryLease();
        var bytes = (long)texts.Length * (BytesPerText + (embedder.Dimensions * sizeof(float)));
        if (bytes > PerRequest.Bytes && !lease.TryGrow(bytes - PerRequest.Bytes))
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "memory-busy",
                $"{texts.Length} texts need {new ByteSize(bytes)} now, more than is free; ask again later, or send fewer at once.",
                lease.RetryAfter);
    }

    private Task GetModelAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return IsLoaded(id) ? WriteAsync(context, Model(), OpenAiJson.Default.ModelBody) : throw NoSuchModel(id);
    }

    private async ValueTask HoldModelAsync(HttpContext context, CancellationToken cancellationToken) =>
        context.Response.RegisterForDispose(await embedder.HoldModelAsync(cancellationToken).ConfigureAwait(false));

    private bool IsLoaded(string model) => model == DefaultModel || model == embedder.Model;

    private ModelBody Model() => new(embedder.Model, "model", embedder.Created.ToUnixTimeSeconds(), "headroom");

    private static Task WriteAsync<T>(HttpContext context, T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(answer, type, cancellationToken: context.RequestAborted);

    private OpenAiException NoSuchModel(string model) =>
        new(
            StatusCodes.Status404NotFound,
            $"There is no model '{Told(model)}'. There are '{DefaultModel}' and '{embedder.Model}', which are the same.",
            "model",
            "model_not_found");

    private static string Told(string value) => value.Length <= MostTold ? value : value[..MostTold] + "…";

    private static OpenAiException Bad(string message, string param, string code) => new(StatusCodes.Status400BadRequest, message, param, code);
}
