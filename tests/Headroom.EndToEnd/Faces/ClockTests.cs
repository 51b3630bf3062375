using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class ClockTests(EnrolledServerFixture fixture) : IClassFixture<EnrolledServerFixture>
{
    private Server Server => fixture.Server;

    [Theory]
    [InlineData(2, "tara sanford")]
    [InlineData(3, "emily willis")]
    [InlineData(4, "jessica smith")]
    [InlineData(5, "laura tilling")]
    public async Task A_photo_clocks_its_person_in_and_then_out(int sample, string person)
    {
        var first = await (await Server.ClockAsync(Photo.Unknown(sample))).JsonAsync();
        var second = await (await Server.ClockAsync(Photo.Unknown(sample))).JsonAsync();

        Assert.True(first.GetProperty("success").GetBoolean());
        Assert.Equal("accepted", first.GetProperty("decision").GetString());
        Assert.Equal(person, first.GetProperty("staff").GetProperty("name").GetString());
        Assert.InRange(first.GetProperty("similarity").GetDouble(), 0.42, 1);
        Assert.InRange(first.GetProperty("margin").GetDouble(), 0.06, 2);
        Assert.Equal("local", first.GetProperty("method").GetString());
        Assert.Equal(("in", "out"), (DirectionOf(first), DirectionOf(second)));

        var id = first.GetProperty("staff").GetProperty("id").GetString();
        var rows = (await Server.GetAsync($"/api/attendance?staff_id={id}")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["in", "out"], rows.Select(r => r.GetProperty("direction").GetString()));
        Assert.Equal(first.GetProperty("event").GetProperty("id").GetString(), rows[0].GetProperty("id").GetString());
        Assert.Equal(person, rows[0].GetProperty("employee_id").GetString());
        await Server.EverythingIsBackAsync();
    }

    private static string? DirectionOf(System.Text.Json.JsonElement answer) => answer.GetProperty("event").GetProperty("direction").GetString();
}
