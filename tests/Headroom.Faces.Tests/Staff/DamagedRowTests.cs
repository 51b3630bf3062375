using Headroom.Sqlite.Checking;

namespace Headroom.Faces.Tests.Staff;

/// <summary>A byte flips in the file of the database.</summary>
public sealed class DamagedRowTests : IDisposable
{
    private readonly StaffDatabase _stores = new();

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task A_person_whose_name_flipped_is_not_served_and_the_list_goes_on_and_names_them()
    {
        var before = await _stores.AddAsync("E1", "Antonia Before");
        var damaged = await _stores.AddAsync("E2", "Berta Damaged");
        var after = await _stores.AddAsync("E3", "Carla After");

        _stores.Flip("Berta Damaged");

        Assert.Equal(damaged.Id, (await Assert.ThrowsAsync<DamagedRowException>(() => _stores.Staff.FindAsync(damaged.Id, CancellationToken.None))).Id);
        await Assert.ThrowsAsync<DamagedRowException>(() => _stores.Staff.FindAsync(damaged.Key, CancellationToken.None));
        var list = await _stores.Staff.ListAsync(0, 50, CancellationToken.None);
        Assert.Equal([before.Id, after.Id], list.Where(m => m.IsWhole).Select(m => m.Id));
        Assert.Equal([damaged.Id], DamagedRows.Of(list));
        Assert.Equal([new("staff", 3L)], _stores.Database.Damaged.Counts);
        Assert.Equal(before, await _stores.Staff.FindAsync(before.Id, CancellationToken.None));
        // It can be removed.
        Assert.Equal(damaged.Key, await _stores.Staff.RemoveAsync(damaged.Id, CancellationToken.None));
    }

    [Fact]
    public async Task An_event_whose_time_flipped_is_not_served_and_does_not_count_for_what_comes_next()
    {
        var member = await _stores.AddAsync("E1", "Antonia");
        await _stores.Attendance.AddAsync(member, "in", 0.5f, CancellationToken.None);
        _stores.Time.Advance(TimeSpan.FromHours(1));
        var damaged = await _stores.Attendance.AddAsync(member, "out", 0.5f, CancellationToken.None);

        _stores.Flip("2026-03-10T09");

        var list = await _stores.Attendance.ListAsync(0, 50, null, null, null, CancellationToken.None);
        Assert.Equal([damaged.Id], DamagedRows.Of(list));
        Assert.Equal(["in"], list.Where(e => e.IsWhole).Select(e => e.Direction));
        Assert.Equal("out", (await _stores.Attendance.AddAsync(member, "auto", 0.5f, CancellationToken.None)).Direction);
    }
}
