namespace Headroom.Assets.Tests;

public sealed class NpmPackClientTests : IDisposable
{
    private static readonly AssetPackage Package = new("pack", "1.0.0", "", "runtime", []);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_npm_it_says_to_install_it()
    {
        var problem = Assert.Throws<AssetException>(() => new NpmPackClient(_folder["no-such-npm"]).Fetch(Package, _folder.Path));

        Assert.All(
            new[] { "no-such-npm", "was not found", "install Node.js with npm" }, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_npm_complains_of_is_shown()
    {
        using var registry = new FakeRegistry("echo 'npm error 404 pack is not in this registry' >&2; exit 7");

        var problem = Assert.Throws<AssetException>(() => new NpmPackClient(registry.Command).Fetch(Package, _folder.Path));

        Assert.All(
            new[] { "npm pack pack@1.0.0", "exit code 7", "npm error 404 pack is not in this registry" },
            part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void However_much_npm_says_it_is_waited_for()
    {
        using var registry = new FakeRegistry("""
            i=0
            while [ $i -lt 3000 ]; do echo "a line of what npm says, longer than any pipe in the end"; echo "and of what it complains of, as long" >&2; i=$((i+1)); done
            : > "$5/pack.tgz"
            """);

        Assert.Equal(_folder["pack.tgz"], new NpmPackClient(registry.Command).Fetch(Package, _folder.Path));
    }

    [Fact]
    public void An_npm_that_writes_nothing_is_not_believed()
    {
        using var registry = new FakeRegistry("exit 0");

        Assert.Contains(
            "wrote no tarball",
            Assert.Throws<AssetException>(() => new NpmPackClient(registry.Command).Fetch(Package, _folder.Path)).Message,
            StringComparison.Ordinal);
    }
}
