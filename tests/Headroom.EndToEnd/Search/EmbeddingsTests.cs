using System.ClientModel;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Headroom.EndToEnd.Running;
using OpenAI;
using OpenAI.Embeddings;

namespace Headroom.EndToEnd.Search;

public sealed class EmbeddingsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Dimensions = 512;

    private Server Server => fixture.Server;

    [Fact]
    public async Task OpenAIs_own_client_gets_vectors_in_order()
    {
        var client = Client(Server.AdminKey);

        var many = (await client.GenerateEmbeddingsAsync(
            ["Please cancel my subscription", "The app crashes when I upload a large photo", "How do I stop being billed every month?"])).Value;
        var one = (await client.GenerateEmbeddingAsync("Please cancel my subscription")).Value.ToFloats();

        Assert.Equal([0, 1, 2], many.Select(e => e.Index));
        Assert.All(many, e => Assert.Equal(Dimensions, e.ToFloats().Length));
        Assert.InRange(many.Usage.InputTokenCount, 20, 40);
        Assert.True(Cosine(many[0], many[2]) > Cosine(many[0], many[1]));
        Assert.All(one.ToArray().Zip(many[0].ToFloats().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public async Task OpenAIs_own_client_understands_what_is_refused()
    {
        var dimensions = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(Server.AdminKey).GenerateEmbeddingAsync("x", new EmbeddingGenerationOptions { Dimensions = 100 }));
        var model = await Assert.ThrowsAsync<ClientResultException>(() => Client(Server.AdminKey, "text-embedding-3-small").GenerateEmbeddingAsync("x"));
        var key = await Assert.ThrowsAsync<ClientResultException>(() => Client("no-such-key-0123456789").GenerateEmbeddingAsync("x"));

        Assert.Equal(400, dimensions.Status);
        Assert.Contains("Leave dimensions out", dimensions.Message);
        Assert.Equal(404, model.Status);
        Assert.Contains("model_not_found", model.Message);
        Assert.Equal(401, key.Status);
        Assert.Contains("needs a key", key.Message);
    }

    [Fact]
    public async Task Numbers_and_base64_are_the_same_vector()
    {
        var numbers = (await EmbedAsync(new { model = "default", input = "x", encoding_format = "float" })).GetProperty("data")[0].GetProperty("embedding");
        var base64 = (await EmbedAsync(new { model = "use-lite", input = (string[])["x"], encoding_format = "base64" }))
            .GetProperty("data")[0]
            .GetProperty("embedding")
            .GetBytesFromBase64();

        Assert.Equal(Dimensions, numbers.GetArrayLength());
        for (var i = 0; i < Dimensions; i++)
            Assert.Equal(numbers[i].GetSingle(), BitConverter.ToSingle(base64, i * sizeof(float)), 1e-6f);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("😀😀😀")]
    [InlineData("   ")]
    public async Task Strange_texts_have_a_vector(string text)
    {
        var answer = await EmbedAsync(new { model = "default", input = text });

        Assert.Equal(Dimensions, answer.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
        Assert.True(answer.GetProperty("usage").GetProperty("total_tokens").GetInt32() >= 1);
    }

    [Fact]
    public async Task A_megabyte_counts_with_its_first_tokens()
    {
        var answer = await EmbedAsync(new { model = "default", input = new string('a', 1 << 20) });

        Assert.InRange(answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), 2, 128);
    }

    [Theory]
    [InlineData("""{"model":"default"}""", "input", "missing_input")]
    [InlineData("""{"input":"x"}""", "model", "missing_model")]
    [InlineData("""{"model":"default","input":[]}""", "input", "invalid_input")]
    [InlineData("""{"model":"default","input":[1,2,3]}""", "input", "invalid_input")]
    [InlineData("""{"model":"default","input":[[1,2],[3]]}""", "input", "invalid_input")]
    [InlineData("""{"model":"default","input":["x",null]}""", "input", "invalid_input")]
    [InlineData("""{"model":"default","input":"\ud83d"}""", "input", "invalid_text")]
    [InlineData("""{"model":"default","input":"x","encoding_format":"hex"}""", "encoding_format", "invalid_encoding_format")]
    [InlineData("""{"model":"default","input":"x","dimensions":-1}""", "dimensions", "invalid_dimensions")]
    [InlineData("""{"model":"default","input":"x","dimensions":"many"}""", null, "invalid_json")]
    [InlineData("""{"model":"default","input":""", null, "invalid_json")]
    [InlineData("null", null, "invalid_json")]
    public async Task What_makes_no_sense_is_refused_in_OpenAIs_shape(string body, string? param, string code)
    {
        using var response = await PostAsync(body);
        var error = (await response.JsonAsync()).GetProperty("error");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(
            (param, code, "invalid_request_error"),
            (error.GetProperty("param").GetString(), error.GetProperty("code").GetString(), error.GetProperty("type").GetString()));
        Assert.EndsWith(".", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task More_texts_than_OpenAI_takes_are_refused()
    {
        using var response = await PostAsync(JsonSerializer.Serialize(new { model = "default", input = Enumerable.Repeat("x", 2049) }));

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("2048", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_a_problem_that_has_OpenAIs_error_in_it()
    {
        using var response = await PostAsync(new string(' ', 3 << 20));

        await response.IsProblemAsync(413, "body-too-large");
        Assert.Equal("body_too_large", (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_model_is_listed()
    {
        var models = await Server.GetAsync("/v1/models");
        var model = await Server.GetAsync("/v1/models/use-lite");

        Assert.Equal("list", models.GetProperty("object").GetString());
        Assert.Equal("use-lite", Assert.Single(models.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("model", model.GetProperty("object").GetString());
    }

    [Fact]
    public async Task A_search_key_embeds_and_does_nothing_else_and_a_kiosk_key_does_not_embed()
    {
        using var search = Server.Client((await fixture.CommandAsync("keys", "add", "searcher", "--scope", "search")).Output.Trim());
        using var kiosk = Server.Client((await fixture.CommandAsync("keys", "add", "door", "--scope", "kiosk")).Output.Trim());

        using var embedded = await search.PostAsJsonAsync("/v1/embeddings", new { model = "default", input = "x" });
        using var staff = await search.GetAsync(new Uri("/api/staff", UriKind.Relative));
        using var refused = await kiosk.PostAsJsonAsync("/v1/embeddings", new { model = "default", input = "x" });

        Assert.Equal((200, 403, 403), ((int)embedded.StatusCode, (int)staff.StatusCode, (int)refused.StatusCode));
    }

    private static double Cosine(OpenAIEmbedding a, OpenAIEmbedding b) => a.ToFloats().ToArray().Zip(b.ToFloats().ToArray(), (x, y) => (double)x * y).Sum();

    private EmbeddingClient Client(string key, string model = "default") =>
        new(model, new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(Server.Address, "/v1") });

    private Task<HttpResponseMessage> PostAsync(string body) =>
        Server.Http.PostAsync(new Uri("/v1/embeddings", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<JsonElement> EmbedAsync<T>(T request)
    {
        using var response = await Server.Http.PostAsJsonAsync("/v1/embeddings", request);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.JsonAsync();
    }
}
