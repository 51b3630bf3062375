using System.Net;
using System.Net.Http.Headers;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd;

public sealed class RefusalTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Some_leases_are_refused_and_the_others_served_and_all_of_them_come_back()
    {
        // Without the handler that tries again.
        using var client = new HttpClient
        {
            BaseAddress = fixture.Server.Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Server.AdminKey) },
        };
        var outcomes = new Dictionary<HttpStatusCode, int>();
        for (var i = 0; i < 120; i++)
        {
            using var body = Photo.Raw(HandMade.BlackPng(320, 240));
            using var answer = await client.PostAsync(new Uri("/api/clock", UriKind.Relative), body);
            outcomes[answer.StatusCode] = outcomes.GetValueOrDefault(answer.StatusCode) + 1;
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                await answer.IsProblemAsync(503, "memory-busy");
        }

        // Both the body's lease and the decoding's are at stake: about one in ten.
        Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.ServiceUnavailable], outcomes.Keys.Order());
        Assert.InRange(outcomes[HttpStatusCode.ServiceUnavailable], 2, 40);
        await fixture.Server.EverythingIsBackAsync();
    }
}
