using System.Runtime.Versioning;

namespace Headroom.Keys.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class MasterKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder["keys/master.key"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_start_makes_a_key_that_only_the_owner_may_read()
    {
        using var made = MasterKeyFile.OpenOrCreate(Keys);
        using var read = MasterKeyFile.OpenOrCreate(Keys);

        Assert.Equal(made.Ids, read.Ids);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        Assert.Single(Directory.GetFileSystemEntries(_folder["keys"]));
    }

    [Fact]
    public void A_missing_key_file_is_not_made_when_there_should_be_one()
    {
        Assert.Throws<MasterKeyException>(() => MasterKeyFile.Open(Keys));
        Assert.False(File.Exists(Keys));
    }

    [Fact]
    public async Task Processes_that_start_at_once_get_the_same_key()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            using var ring = MasterKeyFile.OpenOrCreate(Keys);
            return ring.Current;
        })));

        Assert.Single(ids.Distinct());
        Assert.Single(Directory.GetFileSystemEntries(_folder["keys"]));
    }

    [Fact]
    public void A_rotation_puts_a_new_key_in_front_of_the_old_ones()
    {
        using var first = MasterKeyFile.OpenOrCreate(Keys);
        var second = MasterKeyFile.Rotate(Keys);
        var third = MasterKeyFile.Rotate(Keys);
        using var ring = MasterKeyFile.Open(Keys);

        Assert.Equal([third, second, first.Current], ring.Ids);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        Assert.Single(Directory.GetFileSystemEntries(_folder["keys"]));
    }

    [Fact]
    public void A_rotation_beside_another_one_is_refused()
    {
        using var first = MasterKeyFile.OpenOrCreate(Keys);
        File.WriteAllText(Keys + ".new", "");

        Assert.Throws<MasterKeyException>(() => MasterKeyFile.Rotate(Keys));
        Assert.True(File.Exists(Keys + ".new"));
        using var ring = MasterKeyFile.Open(Keys);
        Assert.Equal(first.Ids, ring.Ids);
    }

    [Fact]
    public void A_rotation_that_fails_changes_nothing()
    {
        using (MasterKeyFile.OpenOrCreate(Keys))
            File.AppendAllText(Keys, "no key\n");
        var before = File.ReadAllText(Keys);

        Assert.Throws<MasterKeyException>(() => MasterKeyFile.Rotate(Keys));
        Assert.Equal(before, File.ReadAllText(Keys));
        Assert.Single(Directory.GetFileSystemEntries(_folder["keys"]));
        Assert.Throws<MasterKeyException>(() => MasterKeyFile.Rotate(_folder["keys/other"]));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_file_that_others_may_use_is_refused(UnixFileMode mode)
    {
        using (MasterKeyFile.OpenOrCreate(Keys))
            File.SetUnixFileMode(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);

        var exception = Assert.Throws<MasterKeyException>(() => MasterKeyFile.OpenOrCreate(Keys));
        Assert.Contains("chmod 600", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_far_too_large_is_not_read()
    {
        using (MasterKeyFile.OpenOrCreate(Keys))
            File.AppendAllText(Keys, new string('#', 70_000));

        Assert.Throws<MasterKeyException>(() => MasterKeyFile.Open(Keys));
    }

    [Fact]
    public void An_error_names_the_file_and_repeats_nothing_of_it()
    {
        using (MasterKeyFile.OpenOrCreate(Keys))
            File.AppendAllText(Keys, "almost-a-key\n");

        var exception = Assert.Throws<MasterKeyException>(() => MasterKeyFile.Open(Keys));
        Assert.Contains(Keys, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("almost-a-key", exception.Message, StringComparison.Ordinal);
    }
}
