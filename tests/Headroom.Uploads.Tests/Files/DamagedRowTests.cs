using System.Text.Json;
using Headroom.Sqlite;
using Headroom.Sqlite.Checking;
using Headroom.Uploads.State;
using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Files;

/// <summary>Something in a row of the database is not what was written.</summary>
public sealed class DamagedRowTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private UploadService _service = null!;
    private string _whole = "";
    private string _damaged = "";

    public async ValueTask InitializeAsync()
    {
        _service = await UploadService.StartAsync(_folder.Path);
        _whole = await _service.UploadAsync(Bytes.Of(1000), 4096, "whole.txt");
        _damaged = await _service.UploadAsync(Bytes.Of(1000), 4096, "damaged.txt");
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("size = size + 1")]
    [InlineData("created_at = 5")]
    [InlineData("description = x'00'")]
    public async Task The_list_of_files_goes_on_and_names_the_damaged_one(string change)
    {
        await ChangeAsync($"UPDATE uploads SET {change} WHERE id = '{_damaged}'");

        var list = JsonElement.Parse(await _service.Http.GetStringAsync(new Uri("/api/files", UriKind.Relative)));

        Assert.Equal([_whole], list.GetProperty("items").EnumerateArray().Select(f => f.GetProperty("id").GetString()));
        Assert.Equal([_damaged], list.GetProperty("damaged").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(Bytes.Of(1000), await _service.Http.GetByteArrayAsync(new Uri($"/api/files/{_whole}", UriKind.Relative)));
        await Assert.ThrowsAsync<DamagedRowException>(
            () => _service.Get<UploadStore>().FindAsync(Guid.ParseExact(_damaged, "N"), CancellationToken.None));
    }

    [Fact]
    public async Task A_file_whose_account_flipped_is_nobodys()
    {
        await ChangeAsync($"UPDATE uploads SET account = 'b' WHERE id = '{_damaged}'");
        using var other = _service.Client("b:uploads");

        var list = JsonElement.Parse(await other.GetStringAsync(new Uri("/api/files", UriKind.Relative)));

        Assert.Empty(list.GetProperty("items").EnumerateArray());
    }

    private Task<int> ChangeAsync(string sql) => _service.Get<Database>().WriteAsync(db => db.Execute(sql));
}
