using Headroom.Faces.Staff;
using Headroom.Faces.Tests.Staff;

namespace Headroom.Faces.Tests.Attendance;

public sealed class AttendanceStoreTests : IDisposable
{
    private readonly StaffDatabase _stores = new();

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task Auto_is_in_first_then_out_then_in_again()
    {
        var member = await _stores.AddAsync("E1");

        Assert.Equal(
            ["in", "out", "in", "out"],
            [await ClockAsync(member, 8), await ClockAsync(member, 12), await ClockAsync(member, 13), await ClockAsync(member, 17)]);
    }

    [Fact]
    public async Task Auto_follows_what_was_said_by_hand()
    {
        var member = await _stores.AddAsync("E1");

        Assert.Equal(
            ["out", "in", "in", "out"],
            [await ClockAsync(member, 8, "out"), await ClockAsync(member, 9), await ClockAsync(member, 10, "in"), await ClockAsync(member, 11)]);
    }

    [Fact]
    public async Task Others_do_not_matter()
    {
        var (one, other) = (await _stores.AddAsync("E1"), await _stores.AddAsync("E2"));

        Assert.Equal(["in", "in", "out"], [await ClockAsync(one, 8), await ClockAsync(other, 9), await ClockAsync(one, 10)]);
    }

    [Fact]
    public async Task Who_forgot_to_leave_comes_in_the_next_day()
    {
        var member = await _stores.AddAsync("E1");

        Assert.Equal(["in", "in"], [await ClockAsync(member, 8), await ClockAsync(member, 24 + 8)]);
    }

    // 2026-03-10 is a day of daylight saving time in New York (UTC − 4), a day before it in London.
    [Theory]
    [InlineData(null, 20, 23, "out")]
    [InlineData(null, 20, 24, "in")]
    [InlineData("America/New_York", 20, 27, "out")]
    [InlineData("America/New_York", 20, 28, "in")]
    [InlineData("Asia/Tokyo", 12, 14, "out")]
    [InlineData("Asia/Tokyo", 12, 15, "in")]
    public async Task The_day_ends_at_midnight_in_the_persons_time_zone(string? zone, int first, int second, string expected)
    {
        var member = await _stores.AddAsync("E1", timeZone: zone);

        await ClockAsync(member, first);

        Assert.Equal(expected, await ClockAsync(member, second));
    }

    [Fact]
    public async Task A_hundred_events_at_once_alternate()
    {
        var member = await _stores.AddAsync("E1");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => _stores.Attendance.AddAsync(member, "auto", 0.5f, CancellationToken.None))));

        var directions = (await _stores.Attendance.ListAsync(0, 500, null, null, null, CancellationToken.None)).Select(e => e.Direction).ToList();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? "in" : "out"), directions);
    }

    [Fact]
    public async Task Events_are_listed_by_person_and_time_and_page()
    {
        var (one, other) = (await _stores.AddAsync("E1", "O'Hara; DROP TABLE attendance"), await _stores.AddAsync("E2"));
        for (var hour = 8; hour < 12; hour++)
        {
            await ClockAsync(one, hour);
            await ClockAsync(other, hour);
        }
        var day = _stores.Time.GetUtcNow().Date;

        var mine = await _stores.Attendance.ListAsync(
            0, 50, one.Id, new DateTimeOffset(day.AddHours(9), TimeSpan.Zero), new DateTimeOffset(day.AddHours(11), TimeSpan.Zero), CancellationToken.None);
        Assert.Equal([9, 10], mine.Select(e => e.At.Hour));
        Assert.All(mine, e => Assert.Equal((one.Id, one.Name, TimeSpan.Zero), (e.StaffId, e.Name, e.At.Offset)));

        var first = await _stores.Attendance.ListAsync(0, 5, null, null, null, CancellationToken.None);
        var second = await _stores.Attendance.ListAsync(first[^1].Key, 5, null, null, null, CancellationToken.None);
        Assert.Equal((5, 3), (first.Count, second.Count));
        Assert.Equal(8, first.Concat(second).Select(e => e.Id).Distinct().Count());
        Assert.Empty(await _stores.Attendance.ListAsync(0, 5, "' OR '1'='1", null, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_time_given_in_another_offset_is_the_same_moment()
    {
        var member = await _stores.AddAsync("E1");
        await ClockAsync(member, 8);

        var from = new DateTimeOffset(2026, 3, 10, 10, 0, 0, TimeSpan.FromHours(2));
        Assert.Single(await _stores.Attendance.ListAsync(0, 5, null, from, null, CancellationToken.None));
        Assert.Empty(await _stores.Attendance.ListAsync(0, 5, null, null, from, CancellationToken.None));
    }

    [Fact]
    public async Task Somebody_removed_a_moment_ago_is_still_recorded_by_name()
    {
        var member = await _stores.AddAsync("E1", "Ada");
        await _stores.Staff.RemoveAsync(member.Id, CancellationToken.None);

        await ClockAsync(member, 8);

        var row = Assert.Single(await _stores.Attendance.ListAsync(0, 50, null, null, null, CancellationToken.None));
        Assert.Equal((null, "Ada"), (row.StaffId, row.Name));
    }

    private async Task<string> ClockAsync(StaffMember member, int hour, string direction = "auto")
    {
        _stores.Time.AdjustTime(new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero).AddHours(hour));
        return (await _stores.Attendance.AddAsync(member, direction, 0.5f, CancellationToken.None)).Direction;
    }
}
