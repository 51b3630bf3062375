using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

/// <summary>What somebody learns who is not accepted: nothing that leads to somebody who would be.</summary>
public sealed class RefusedFaceTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task How_alike_a_face_is_is_told_only_of_who_was_accepted_and_is_never_above_one()
    {
        using var server = await Server.StartAsync(
            Server.Settings(_data.Path, ("HEADROOM__SERVICES", "faces"), ("HEADROOM__FACES__ACCEPT", "0.99"), ("HEADROOM__FACES__UNSURE", "0.2")));
        var photos = Photo.Labelled("emily willis").Take(2).ToList();
        await server.AddPhotoAsync(await server.AddStaffAsync("1", "Emily"), photos[0]);

        var same = await (await server.ClockAsync(photos[0])).JsonAsync();
        var alike = await (await server.ClockAsync(photos[1])).JsonAsync();

        Assert.Equal("accepted", same.GetProperty("decision").GetString());
        Assert.InRange(same.GetProperty("similarity").GetDouble(), 0.99, 1);
        Assert.NotEqual("accepted", alike.GetProperty("decision").GetString());
        foreach (var secret in (string[])["similarity", "margin", "staff", "event"])
            Assert.Equal((secret, JsonValueKind.Null), (secret, alike.GetProperty(secret).ValueKind));
        await server.StopAsync();
    }
}
