using Headroom.Faces.Matching;
using Headroom.Faces.Staff;
using Headroom.Faces.Tests.Matching;
using Headroom.Sqlite;

namespace Headroom.Faces.Tests.Staff;

public sealed class StaffStoreTests : IDisposable
{
    private readonly StaffDatabase _stores = new();

    private StaffStore Staff => _stores.Staff;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task A_person_is_found_as_they_were_added()
    {
        var added = await Staff.AddAsync(new StaffRequest("E1", "Ada", "Engines", "London", "Europe/London"), CancellationToken.None);

        Assert.Equal(new StaffMember(added!.Key, added.Id, "E1", "Ada", "Engines", "London", "Europe/London", 0), added);
        Assert.Equal(added, await Staff.FindAsync(added.Id, CancellationToken.None));
        Assert.Equal(added, await Staff.FindAsync(added.Key, CancellationToken.None));
        Assert.Null(await Staff.FindAsync("nobody", CancellationToken.None));
    }

    [Fact]
    public async Task An_employee_id_is_taken_once_even_by_many_at_once()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(i => Task.Run(() => Staff.AddAsync(new StaffRequest("E1", $"Name {i}", null, null, null), CancellationToken.None))));

        Assert.Single(added, m => m is not null);
        Assert.Single(await Staff.ListAsync(0, 50, CancellationToken.None));
    }

    [Theory]
    [InlineData("Robert'); DROP TABLE staff;--")]
    [InlineData("\" OR 1=1 --")]
    [InlineData("$id")]
    [InlineData("名前 \U0001F600")]
    public async Task Sql_in_a_name_is_a_name(string name)
    {
        var member = await _stores.AddAsync(name, name);

        Assert.Equal(name, (await Staff.FindAsync(member.Id, CancellationToken.None))!.Name);
        Assert.Null(await Staff.FindAsync(name, CancellationToken.None));
        Assert.Null(await Staff.RemoveAsync(name, CancellationToken.None));
        Assert.Single(await Staff.ListAsync(0, 50, CancellationToken.None));
    }

    [Fact]
    public async Task Pages_hold_everybody_once_in_the_order_of_adding()
    {
        for (var i = 0; i < 7; i++)
            await _stores.AddAsync($"E{i}");

        var seen = new List<string>();
        for (IReadOnlyList<StaffMember> page = await Staff.ListAsync(0, 3, CancellationToken.None);
            page.Count > 0;
            page = await Staff.ListAsync(page[^1].Key, 3, CancellationToken.None))
            seen.AddRange(page.Select(m => m.EmployeeId));

        Assert.Equal(["E0", "E1", "E2", "E3", "E4", "E5", "E6"], seen);
    }

    [Fact]
    public async Task The_sixth_photo_is_refused_until_one_is_removed()
    {
        var member = await _stores.AddAsync("E1");
        for (var i = 1; i <= TemplateStore.MaxPhotos; i++)
            Assert.Equal(i, (await _stores.AddTemplateAsync(member, UnitVectors.At(0.5)))!.Value.Photos);
        Assert.Null(await _stores.AddTemplateAsync(member, UnitVectors.At(0.5)));

        var template = (await TemplateKeysAsync())[0];
        var id = await _stores.Database.ReadAsync(
            db => db.QuerySingle("SELECT id FROM templates WHERE key = $key", r => r.GetString(0), ("$key", template)), CancellationToken.None);
        Assert.Null(await _stores.Templates.RemoveAsync(member.Key + 1, id!, CancellationToken.None));
        Assert.Equal(template, await _stores.Templates.RemoveAsync(member.Key, id!, CancellationToken.None));
        Assert.Null(await _stores.Templates.RemoveAsync(member.Key, id!, CancellationToken.None));

        Assert.Equal(5, (await _stores.AddTemplateAsync(member, UnitVectors.At(0.5)))!.Value.Photos);
        Assert.Equal(5, (await Staff.FindAsync(member.Id, CancellationToken.None))!.Photos);
    }

    [Fact]
    public async Task Ten_photos_at_once_leave_exactly_five()
    {
        var member = await _stores.AddAsync("E1");

        var added = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => _stores.AddTemplateAsync(member, UnitVectors.At(0.5)))));

        Assert.Equal([1, 2, 3, 4, 5], added.OfType<(string Id, int Photos)>().Select(a => a.Photos).Order());
        Assert.Equal(5, (await TemplateKeysAsync()).Count);
    }

    [Fact]
    public async Task Removing_a_person_removes_the_templates_and_keeps_the_attendance()
    {
        var (gone, stays) = (await _stores.AddAsync("gone", "Gone"), await _stores.AddAsync("stays"));
        await _stores.AddTemplateAsync(gone, UnitVectors.At(0.5));
        await _stores.AddTemplateAsync(stays, UnitVectors.At(0.5));
        await _stores.Attendance.AddAsync(gone, "auto", 0.5f, CancellationToken.None);

        Assert.Equal(gone.Key, await Staff.RemoveAsync(gone.Id, CancellationToken.None));

        Assert.Single(await TemplateKeysAsync());
        var row = Assert.Single(await _stores.Attendance.ListAsync(0, 50, null, null, null, CancellationToken.None));
        Assert.Equal((null, "gone", "Gone"), (row.StaffId, row.EmployeeId, row.Name));
        Assert.Null(await _stores.AddTemplateAsync(gone, UnitVectors.At(0.5)));
        Assert.Null(await Staff.RemoveAsync(gone.Id, CancellationToken.None));
    }

    [Fact]
    public async Task A_template_comes_back_bit_by_bit()
    {
        var vector = UnitVectors.Unit(512, 4);
        var member = await _stores.AddAsync("E1");
        await _stores.AddTemplateAsync(member, vector);

        var template = Assert.Single(await _stores.Templates.ReadAsync("faceplugin-feature", 512, 0, 50, CancellationToken.None));

        Assert.Equal(member.Key, template.StaffKey);
        Assert.Equal(UnitVectors.Bytes(vector), template.Vector);
    }

    private Task<IReadOnlyList<long>> TemplateKeysAsync() =>
        _stores.Database.ReadAsync(db => db.Query("SELECT key FROM templates ORDER BY key", r => r.GetInt64(0)), CancellationToken.None);
}
