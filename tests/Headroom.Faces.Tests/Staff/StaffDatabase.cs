using Headroom.Faces.Attendance;
using Headroom.Faces.Matching;
using Headroom.Faces.Staff;
using Headroom.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Faces.Tests.Staff;

/// <summary>The stores on a SQLite file of their own.</summary>
internal sealed class StaffDatabase : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StaffDatabase()
    {
        Database = new Database(_folder["faces.db"]);
        Database.Migrate(StaffMigrations.All);
        Staff = new StaffStore(Database, Time);
        Templates = new TemplateStore(Database, Time);
        Attendance = new AttendanceStore(Database, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 10, 8, 0, 0, TimeSpan.Zero));

    public Database Database { get; }

    public StaffStore Staff { get; }

    public TemplateStore Templates { get; }

    public AttendanceStore Attendance { get; }

    public async Task<StaffMember> AddAsync(string employeeId, string? name = null, string? timeZone = null) =>
        (await Staff.AddAsync(new StaffRequest(employeeId, name ?? employeeId, null, null, timeZone), CancellationToken.None))!;

    public Task<(string Id, int Photos)?> AddTemplateAsync(StaffMember member, float[] vector, string model = "faceplugin-feature") =>
        Templates.AddAsync(member.Key, model, Matching.UnitVectors.Bytes(vector), CancellationToken.None);

    public void Dispose()
    {
        Database.Dispose();
        _folder.Dispose();
    }
}
