using System.Diagnostics.CodeAnalysis;
using Headroom.Faces.Attendance;
using Headroom.Faces.Matching;
using Headroom.Faces.Staff;
using Headroom.Keys;
using Headroom.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Faces.Tests.Staff;

/// <summary>The stores on a SQLite file of their own.</summary>
internal sealed class StaffDatabase : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MasterKeyRing _ring = MasterKeyRing.Parse(Convert.ToBase64String(new byte[32]));
    private readonly TemplateCipher _cipher;

    public StaffDatabase()
    {
        _cipher = new TemplateCipher(() => _ring);
        Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 10, 8, 0, 0, TimeSpan.Zero));

    public Database Database { get; private set; }

    public StaffStore Staff { get; private set; }

    public TemplateStore Templates { get; private set; }

    /// <summary>The folder of its files.</summary>
    public string Folder => _folder.Path;

    /// <summary>Closes the file, changes the first byte of a text in it, and opens it again.</summary>
    public void Flip(string text)
    {
        Database.Dispose();
        var path = _folder["faces.db"];
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text))] ^= 0x01;
        File.WriteAllBytes(path, bytes);
        Open();
    }

    public AttendanceStore Attendance { get; private set; }

    public async Task<StaffMember> AddAsync(string employeeId, string? name = null, string? timeZone = null) =>
        (await Staff.AddAsync(new StaffRequest(employeeId, name ?? employeeId, null, null, timeZone), CancellationToken.None))!;

    public Task<(string Id, int Photos)?> AddTemplateAsync(StaffMember member, float[] vector, string model = "faceplugin-feature") =>
        Templates.AddAsync(member.Key, model, Matching.UnitVectors.Bytes(vector), CancellationToken.None);

    public void Dispose()
    {
        Database.Dispose();
        _cipher.Dispose();
        _ring.Dispose();
        _folder.Dispose();
    }

    [MemberNotNull(nameof(Database), nameof(Staff), nameof(Templates), nameof(Attendance))]
    private void Open()
    {
        Database = new Database(_folder["faces.db"]);
        Database.Migrate(StaffMigrations.All);
        Staff = new StaffStore(Database, Time);
        Templates = new TemplateStore(Database, _cipher, Time);
        Attendance = new AttendanceStore(Database, Time);
    }
}
