using System.Formats.Tar;

namespace Headroom.Assets.Tests;

public sealed class AssetRestorerTests : IDisposable
{
    private readonly FakeRegistry _registry = new();
    private readonly TemporaryFolder _target = new();
    private readonly StringWriter _log = new();

    public void Dispose()
    {
        _registry.Dispose();
        _target.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Files_land_where_the_list_says_and_nothing_else_does()
    {
        var package = _registry.Publish("@scope/pack", "1.2.3", ("lib/a.so", "alpha"), ("b c.jpg", "beta"), ("extra.js", "gamma"));

        Restore(package with { Files = [.. package.Files.Take(2)] });

        Assert.Equal(["to/b c.jpg=beta", "to/lib/a.so=alpha"], Restored());
        Assert.StartsWith("pack @scope/pack@1.2.3 --ignore-scripts --pack-destination ", Assert.Single(_registry.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_of_another_integrity_gives_nothing()
    {
        var package = _registry.Publish("pack", "1.0.0", ("a", "alpha"));

        Assert.Contains("is not the package that the list names", Fails(package with { Integrity = "sha512-AAAA" }), StringComparison.Ordinal);
        Assert.Empty(Restored());
    }

    [Fact]
    public void A_file_of_another_hash_is_removed_and_both_hashes_are_said()
    {
        var package = _registry.Publish("pack", "1.0.0", ("a", "alpha"), ("b", "beta"));
        var wrong = FakeRegistry.Sha256("something else");

        var message = Fails(package with { Files = [package.Files[0], package.Files[1] with { Sha256 = wrong }] });

        Assert.All(new[] { "b of pack@1.0.0", FakeRegistry.Sha256("beta"), wrong }, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Equal(["to/a=alpha"], Restored());
    }

    [Fact]
    public void A_file_that_the_package_does_not_hold_is_named()
    {
        var package = _registry.Publish("pack", "1.0.0", ("a", "alpha"));

        Assert.Contains(
            "pack@1.0.0 does not hold absent.",
            Fails(package with { Files = [.. package.Files, new AssetFile("absent", "to/absent", new string('0', 64))] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_is_not_fetched_again()
    {
        var (first, second) = (_registry.Publish("one", "1.0.0", ("a", "alpha")), _registry.Publish("two", "1.0.0", ("b", "beta")));
        Restore(first);

        Restore(first, second);
        Restore(first, second);

        Assert.Equal(["one@1.0.0", "two@1.0.0"], _registry.Asked.Select(a => a.Split(' ')[1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("alphb")]
    public void A_damaged_file_is_fetched_again(string damage)
    {
        var package = _registry.Publish("pack", "1.0.0", ("a", "alpha"), ("b", "beta"));
        Restore(package);
        File.WriteAllText(_target["to/a"], damage);

        Restore(package);

        Assert.Equal(["to/a=alpha", "to/b=beta"], Restored());
        Assert.Equal(2, _registry.Asked.Length);
    }

    [Fact]
    public void A_restored_file_is_newer_than_the_one_it_replaces()
    {
        // Packages date their files 1985; a copy that is only made when newer would never be made.
        var package = _registry.Publish("pack", "1.0.0", ("a", "alpha"));

        Restore(package);

        Assert.True(File.GetLastWriteTimeUtc(_target["to/a"]).Year > 2000);
    }

    [Fact]
    public async Task Restores_at_the_same_time_fetch_once()
    {
        var packages = Enumerable.Range(0, 3).Select(i => _registry.Publish($"pack{i}", "1.0.0", ($"a{i}", $"alpha{i}"))).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Restore(packages))));

        Assert.Equal(["to/a0=alpha0", "to/a1=alpha1", "to/a2=alpha2"], Restored());
        Assert.Equal(3, _registry.Asked.Length);
    }

    [Fact]
    public void What_an_ended_build_left_behind_is_removed()
    {
        Directory.CreateDirectory(_target[".fetch-0123"]);
        File.WriteAllText(_target[".fetch-0123/half.tgz"], "half");

        Restore(_registry.Publish("pack", "1.0.0", ("a", "alpha")));

        Assert.Equal(["to/a=alpha"], Restored());
        Assert.Empty(Directory.EnumerateDirectories(_target.Path, ".fetch-*"));
    }

    [Fact]
    public void Entries_that_lead_elsewhere_are_ignored()
    {
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "package/a") { LinkName = "/etc/passwd" };
        var package = _registry.PublishEntries(
            "pack",
            "1.0.0",
            FakeRegistry.Entry("package/../../escaped", "1"),
            FakeRegistry.Entry("/absolute/escaped", "2"),
            FakeRegistry.Entry("../escaped", "3"),
            link,
            FakeRegistry.Entry("package/a", "alpha"));

        Restore(package with { Files = [new AssetFile("a", "to/a", FakeRegistry.Sha256("alpha"))] });

        Assert.Equal(["to/a=alpha"], Restored());
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(_target.Path)!, "escaped")));
        Assert.Null(new FileInfo(_target["to/a"]).LinkTarget);
    }

    [Fact]
    public void A_failed_fetch_leaves_no_folder()
    {
        using var broken = new FakeRegistry("exit 1");

        Assert.Throws<AssetException>(() => new AssetRestorer(
            new NpmPackClient(broken.Command), _target.Path, _log).Restore(new AssetList([_registry.Publish("pack", "1.0.0", ("a", "alpha"))])));

        Assert.Empty(Directory.EnumerateDirectories(_target.Path));
    }

    private string[] Restored() =>
    [
        .. Directory.EnumerateFiles(_target.Path, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != ".lock")
            .Select(f => $"{Path.GetRelativePath(_target.Path, f)}={File.ReadAllText(f)}").Order(StringComparer.Ordinal),
    ];

    private string Fails(AssetPackage package) => Assert.Throws<AssetException>(() => Restore(package)).Message;

    private void Restore(params AssetPackage[] packages) =>
        new AssetRestorer(new NpmPackClient(_registry.Command), _target.Path, TextWriter.Synchronized(_log)).Restore(new AssetList(packages));
}
