using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Contract;

public sealed partial class OpenApiTests(EnrolledServerFixture fixture) : IClassFixture<EnrolledServerFixture>
{
    private readonly OpenApiDocument _document = new();

    private Server Server => fixture.Server;

    public static TheoryData<string, string> Operations => [.. new OpenApiDocument().Paths.SelectMany(p => p.Methods.Select(m => (p.Path, m)))];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_is_described_is_there_and_asks_for_a_key_as_described(string path, string method)
    {
        using var nobody = Server.Client(null);
        using var answer = await SendAsync(nobody, method, path);

        // The webhook is open, but closed as long as it has no secret to check signatures with.
        if (_document.IsOpen(path, method))
            Assert.True(answer.IsSuccessStatusCode || path == "/webhook/tally", $"{answer.StatusCode}");
        else
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Every_method_that_a_described_path_allows_is_described()
    {
        foreach (var (path, _) in _document.Paths)
        {
            using var answer = await SendAsync(Server.Http, "LINK", path);

            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
            var described = _document.Paths.Where(p => Matches(p.Path, path)).SelectMany(p => p.Methods);
            Assert.Equal(described.Distinct().Order(), answer.Content.Headers.Allow.Order());
        }
    }

    [Fact]
    public void Every_described_path_has_a_page_of_the_reference()
    {
        var pages = string.Concat(Directory.EnumerateFiles(Path.Join(Built.Reference, "endpoints"), "*.md").Select(File.ReadAllText));

        Assert.All(_document.Paths, p => Assert.Contains(Words().Replace(p.Path, "{}"), Words().Replace(pages, "{}")));
    }

    [Theory]
    [InlineData("""{"status":"live"}""", null)]
    [InlineData("""{"status":"live","more":1}""", "$.more is not described")]
    [InlineData("{}", "$.status is missing")]
    [InlineData("""{"status":1}""", "$.status is of type integer, described is string: 1")]
    public void What_breaks_the_description_is_named(string answer, string? breach) =>
        Assert.Equal(breach, _document.Breach("/health/live", "GET", 200, "application/json", answer));

    [Fact]
    public async Task Answers_are_as_described()
    {
        foreach (var path in (string[])
        [
            "/health", "/api/health", "/health/live", "/health/ready", "/health/memory",
            "/model-status", "/memory-status", "/upload/ram-status", "/metrics",
        ])
            await ExpectAsync(200, "GET", path, path);
        await ExpectAsync(404, "POST", "/api/models/{name}/load", "/api/models/none/load");
        await ExpectAsync(200, "POST", "/api/models/{name}/load", "/api/models/use-lite/load");
        await ExpectAsync(200, "POST", "/api/models/{name}/unload", "/api/models/use-lite/unload");
    }

    [Fact]
    public async Task Answers_about_faces_are_as_described()
    {
        var staff = await ExpectAsync(
            201, "POST", "/api/staff", "/api/staff", JsonContent.Create(new { employee_id = "contract", name = "Contract", site = "x" }));
        await ExpectAsync(409, "POST", "/api/staff", "/api/staff", JsonContent.Create(new { employee_id = "contract", name = "Contract" }));
        await ExpectAsync(400, "POST", "/api/staff", "/api/staff", JsonContent.Create(new { }));
        await ExpectAsync(200, "GET", "/api/staff", "/api/staff?limit=2");
        await ExpectAsync(400, "GET", "/api/staff", "/api/staff?limit=0");
        var person = Photo.People.First();
        await ExpectAsync(200, "POST", "/api/clock", "/api/clock", Photo.Raw(Photo.Labelled(person).First()));
        await ExpectAsync(422, "POST", "/api/clock", "/api/clock", Photo.Raw(Photo.Unknown(1)));
        await ExpectAsync(415, "POST", "/api/clock", "/api/clock", new StringContent("x"));
        await ExpectAsync(200, "GET", "/api/attendance", "/api/attendance");
        var member = "/api/staff/" + JsonId(staff);
        var photo = await ExpectAsync(201, "POST", "/api/staff/{id}/photos", member + "/photos", Photo.Raw(Photo.Labelled(person).Last()));
        await ExpectAsync(200, "GET", "/api/staff/{id}", member);
        await ExpectAsync(204, "DELETE", "/api/staff/{id}/photos/{photoId}", $"{member}/photos/{JsonId(photo)}");
        await ExpectAsync(204, "DELETE", "/api/staff/{id}", member);
        await ExpectAsync(404, "GET", "/api/staff/{id}", member);
    }

    [Fact]
    public async Task Answers_about_search_are_as_described()
    {
        await ExpectAsync(200, "POST", "/v1/embeddings", "/v1/embeddings", JsonContent.Create(new { model = "default", input = "x" }));
        await ExpectAsync(
            200,
            "POST",
            "/v1/embeddings",
            "/v1/embeddings",
            JsonContent.Create(new { model = "default", input = (string[])["x", "y"], encoding_format = "base64" }));
        await ExpectAsync(400, "POST", "/v1/embeddings", "/v1/embeddings", JsonContent.Create(new { model = "default" }));
        await ExpectAsync(404, "POST", "/v1/embeddings", "/v1/embeddings", JsonContent.Create(new { model = "none", input = "x" }));
        await ExpectAsync(200, "GET", "/v1/models", "/v1/models");
        await ExpectAsync(200, "GET", "/v1/models/{id}", "/v1/models/default");
        await ExpectAsync(404, "GET", "/v1/models/{id}", "/v1/models/none");
    }

    [Fact]
    public async Task Answers_about_documents_are_as_described()
    {
        await ExpectAsync(
            201,
            "POST",
            "/api/documents",
            "/api/documents",
            JsonContent.Create(new { id = "contract", text = "Please cancel my subscription", fields = new { topic = (string[])["a", "b"], who = "x" } }));
        await ExpectAsync(
            200,
            "POST",
            "/api/documents",
            "/api/documents",
            JsonContent.Create(new { id = "contract", text = "Please cancel my subscription", fields = new { who = "x" } }));
        await ExpectAsync(400, "POST", "/api/documents", "/api/documents", JsonContent.Create(new { id = "contract" }));
        await ExpectAsync(200, "GET", "/api/documents", "/api/documents?limit=1");
        await ExpectAsync(200, "GET", "/api/documents/{id}", "/api/documents/contract");
        await ExpectAsync(200, "GET", "/api/search", "/api/search");
        foreach (var mode in (string[])["keyword", "semantic", "hybrid"])
            await ExpectAsync(
                200,
                "POST",
                "/api/search",
                "/api/search",
                JsonContent.Create(new { query = "How do I cancel?", mode, limit = 3, filter = new { who = "x" } }));
        await ExpectAsync(400, "POST", "/api/search", "/api/search", JsonContent.Create(new { query = "x", limit = 0 }));
        await ExpectAsync(200, "POST", "/api/documents/retry", "/api/documents/retry");
        await ExpectAsync(404, "POST", "/api/documents/{id}/retry", "/api/documents/none/retry");
        await ExpectAsync(204, "DELETE", "/api/documents/{id}", "/api/documents/contract");
        await ExpectAsync(404, "GET", "/api/documents/{id}", "/api/documents/contract");
        await ExpectAsync(503, "POST", "/webhook/tally", "/webhook/tally", JsonContent.Create(new { }));
    }

    [Fact]
    public async Task Answers_about_uploads_are_as_described()
    {
        var begun = await ExpectAsync(201, "POST", "/api/uploads", "/api/uploads", JsonContent.Create(new { name = "contract.txt", size = 5 }));
        var upload = "/api/uploads/" + JsonId(begun);
        await ExpectAsync(200, "GET", "/api/uploads/{id}", upload);
        await ExpectAsync(409, "POST", "/api/uploads/{id}/complete", upload + "/complete");
        await ExpectAsync(204, "PUT", "/api/uploads/{id}/parts/{number}", upload + "/parts/1", new StringContent("hello"));
        await ExpectAsync(200, "POST", "/api/uploads/{id}/complete", upload + "/complete");
        await ExpectAsync(200, "GET", "/api/files", "/api/files");
        var file = "/api/files/" + JsonId(begun);
        Assert.Equal("hello", await ExpectAsync(200, "GET", "/api/files/{id}", file));
        await ExpectAsync(200, "HEAD", "/api/files/{id}", file);
        var link = await ExpectAsync(
            201,
            "POST",
            "/api/guest-links",
            "/api/guest-links",
            JsonContent.Create(new { max_bytes = 10, max_files = 1, expires_at = DateTimeOffset.UtcNow.AddDays(1) }));
        await ExpectAsync(200, "GET", "/api/guest-links", "/api/guest-links");
        await ExpectAsync(204, "DELETE", "/api/guest-links/{id}", "/api/guest-links/" + JsonId(link));
        await ExpectAsync(204, "DELETE", "/api/files/{id}", file);
        await ExpectAsync(404, "GET", "/api/files/{id}", file);
    }

    /// <returns>The body.</returns>
    private async Task<string> ExpectAsync(int status, string method, string path, string address, HttpContent? content = null)
    {
        using var answer = await SendAsync(Server.Http, method, address, content);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{method} {address}: {(int)answer.StatusCode} instead of {status}: {body}");
        var breach = _document.Breach(path, method, status, answer.Content.Headers.ContentType?.MediaType, body);
        Assert.True(breach is null, $"{method} {address}: {breach}");
        return body;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string address, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative)) { Content = content };
        return await client.SendAsync(request);
    }

    /// <summary>Whether an address is one of a path's.</summary>
    private static bool Matches(string path, string address)
    {
        var (segments, given) = (path.Split('/'), address.Split('/'));
        return segments.Length == given.Length && segments.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    private static string JsonId(string body) => System.Text.Json.JsonElement.Parse(body).GetProperty("id").GetString()!;

    /// <summary>What a parameter is called: the pages and the description need not agree on that.</summary>
    [GeneratedRegex("{[a-zA-Z_]+}", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
