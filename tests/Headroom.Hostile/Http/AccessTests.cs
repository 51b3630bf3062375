using System.Net;
using System.Net.Http.Headers;
using Headroom.EndToEnd.Contract;

namespace Headroom.Hostile.Http;

/// <summary>Every route and method of the description, as every kind of caller: who has no business there is told so, and nobody else.</summary>
public sealed class AccessTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private readonly OpenApiDocument _document = new();

    public static TheoryData<string, string> Operations => [.. new OpenApiDocument().Paths.SelectMany(p => p.Methods.Select(m => (p.Path, m)))];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Only_callers_with_a_scope_of_the_route_get_past_its_door(string path, string method)
    {
        var scopes = _document.Scopes(path, method);
        foreach (var (caller, key) in hostile.Callers)
        {
            foreach (var way in (string[])["bearer", "header"])
            {
                using var client = hostile.Server.Client(null);
                using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Fill(path), UriKind.Relative));
                Sign(request, way, key);
                using var answer = await client.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                var told = $"{method} {path} as {caller} by {way}: {(int)answer.StatusCode} {text}";

                Assert.True((int)answer.StatusCode < 500 || answer.StatusCode == HttpStatusCode.ServiceUnavailable, told);
                if (scopes.Length == 0)
                    Assert.True(path == "/webhook/tally" || answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), told);
                else if (caller is "nobody" or "stranger" or "revoked")
                    Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, told);
                else if (!scopes.Contains(Scope(caller)))
                    Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, told);
                else
                    Assert.True(answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), told);
            }
        }
    }

    [Fact]
    public async Task What_belongs_to_one_account_does_not_exist_for_another()
    {
        using var owner = hostile.Server.Client(hostile.Callers["uploads"]);
        using var begun = await owner.PostAsync(
            new Uri("/api/uploads", UriKind.Relative), new StringContent("""{"name":"secret.txt","size":5}""", MediaTypeHeaderValue.Parse("application/json")));
        var id = System.Text.Json.JsonElement.Parse(await begun.Content.ReadAsStringAsync()).GetProperty("id").GetString();

        foreach (var caller in (string[])["other uploads", "guest"])
        {
            using var client = hostile.Server.Client(hostile.Callers[caller]);
            foreach (var (method, path) in (ReadOnlySpan<(string, string)>)
            [
                ("GET", $"/api/uploads/{id}"), ("DELETE", $"/api/uploads/{id}"), ("PUT", $"/api/uploads/{id}/parts/1"), ("POST", $"/api/uploads/{id}/complete"),
            ])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative))
                {
                    Content = method == "PUT" ? new StringContent("hello") : null,
                };
                using var answer = client.Send(request);
                Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {path} as {caller}: {answer.StatusCode}");
            }
        }
    }

    /// <summary>Nothing is removed or unloaded: names that no one has stand where something would be.</summary>
    private static string Fill(string path) =>
        path.Replace("{number}", "1", StringComparison.Ordinal).Replace("{id}", Guid.Empty.ToString("N"), StringComparison.Ordinal)
            .Replace("{photoId}", Guid.Empty.ToString("N"), StringComparison.Ordinal).Replace("{name}", "none", StringComparison.Ordinal);

    private static string Scope(string caller) => caller == "other uploads" ? "uploads" : caller;

    private static void Sign(HttpRequestMessage request, string way, string? key)
    {
        if (key is null)
            return;
        if (way == "bearer")
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        else
            request.Headers.Add("X-Api-Key", key);
    }
}
