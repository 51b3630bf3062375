using System.Text.Json;
using System.Xml.Linq;

namespace Headroom.Assets.Tests;

/// <summary>The committed list.</summary>
public sealed class AssetListTests
{
    private static readonly string Text = Resource("assets.json");
    private static readonly AssetList List = JsonSerializer.Deserialize<AssetList>(Text, JsonSerializerOptions.Web)!;

    [Fact]
    public void Every_package_has_an_exact_version_and_a_sha512()
    {
        Assert.NotEmpty(List.Packages);
        Assert.All(List.Packages, p =>
        {
            Assert.Matches(@"^\d+\.\d+\.\d+$", p.Version);
            Assert.StartsWith("sha512-", p.Integrity, StringComparison.Ordinal);
            Assert.Equal(64, Convert.FromBase64String(p.Integrity["sha512-".Length..]).Length);
            Assert.Contains(p.Set, (string[])["runtime", "photos", "tests"]);
            Assert.NotEmpty(p.Files);
        });
    }

    [Fact]
    public void Every_file_has_a_sha256_and_a_place_of_its_own_below_the_folder()
    {
        var files = List.Packages.SelectMany(p => p.Files).ToList();

        Assert.All(files, f => Assert.Matches("^[0-9a-f]{64}$", f.Sha256));
        Assert.All(files, f => Assert.Matches("^(models|photos|tests)/", f.To));
        Assert.All(files, f => Assert.DoesNotContain("..", f.To, StringComparison.Ordinal));
        Assert.Equal(files.Count, files.Select(f => f.To).Distinct().Count());
    }

    /// <summary>Native libraries come from NuGet; that of libvips is a package for each platform.</summary>
    [Fact]
    public void Every_platform_gets_the_same_version_of_libvips()
    {
        const string Prefix = "NetVips.Native.";
        var packages = XDocument.Parse(Resource("Directory.Packages.props")).Descendants("PackageVersion")
            .Where(package => package.Attribute("Include")!.Value.StartsWith(Prefix, StringComparison.Ordinal)).ToList();

        Assert.Equal(["linux-arm64", "linux-x64", "osx-arm64"], packages.Select(package => package.Attribute("Include")!.Value[Prefix.Length..]).Order());
        Assert.Single(packages.Select(package => package.Attribute("Version")!.Value).Distinct());
    }

    [Fact]
    public void It_does_not_say_from_where() => Assert.DoesNotMatch(@"://|registry|\.tgz|localhost|\d+\.\d+\.\d+\.\d+", Text);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(AssetListTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
