using System.Text.Json;

namespace Headroom.TestSupport;

/// <summary>What is expected of answers.</summary>
public static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsStringAsync());

    /// <summary>Checks that this is a problem of the given type that helps, and tells nothing it must not tell.</summary>
    /// <returns>The sentence.</returns>
    public static async Task<string> IsProblemAsync(this HttpResponseMessage response, int status, string type)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal("urn:headroom:" + type, problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("title").GetString()));
        Assert.DoesNotContain("   at ", text);
        Assert.DoesNotContain("Exception", text);
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.EndsWith(".", detail);
        return detail;
    }
}
