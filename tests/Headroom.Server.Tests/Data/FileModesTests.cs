using System.Runtime.Versioning;
using Headroom.Server.Data;

namespace Headroom.Server.Tests.Data;

[UnsupportedOSPlatform("windows")]
public sealed class FileModesTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;
    private const UnixFileMode Readers = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Visitors = Readers | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    public FileModesTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_and_folders_at_every_depth_become_their_owners()
    {
        var file = File("a/b/c.txt", OwnersFile | Readers);
        Mode(_folder["a/b"], OwnersFolder | Visitors);
        Mode(_folder["a"], OwnersFolder | Visitors);
        Mode(_folder.Path, OwnersFolder | Visitors);

        Assert.Empty(FileModes.Tighten(_folder.Path, "left"));

        Assert.Equal(
            [OwnersFolder, OwnersFolder, OwnersFolder, OwnersFile],
            ((string[])[_folder.Path, _folder["a"], _folder["a/b"], file]).Select(System.IO.File.GetUnixFileMode));
    }

    [Fact]
    public void What_lies_in_a_private_folder_is_not_looked_at_as_nobody_comes_to_it()
    {
        var file = File("private/file", OwnersFile | Readers);
        Mode(_folder["private"], OwnersFolder);

        Assert.Empty(FileModes.Tighten(_folder.Path, "left"));

        Assert.Equal(OwnersFile | Readers, System.IO.File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_file_restored_into_a_private_data_folder_becomes_its_owners_all_the_same()
    {
        Mode(_folder.Path, OwnersFolder);
        var file = File("headroom.db", OwnersFile | Readers);

        FileModes.Tighten(_folder.Path, "left");

        Assert.Equal(OwnersFile, System.IO.File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_key_file_that_others_could_read_is_left_so_that_its_reader_can_tell()
    {
        var file = File("left", OwnersFile | Readers);

        FileModes.Tighten(_folder.Path, "left");

        Assert.Equal(OwnersFile | Readers, System.IO.File.GetUnixFileMode(file));
    }

    private string File(string name, UnixFileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        System.IO.File.WriteAllText(_folder[name], "");
        Mode(_folder[name], mode);
        return _folder[name];
    }

    private static void Mode(string path, UnixFileMode mode) => System.IO.File.SetUnixFileMode(path, mode);
}
