using System.Text.Json;

namespace Headroom.Assets.Tests;

/// <summary>The committed list.</summary>
public sealed class AssetListTests
{
    private static readonly string Text = Read();
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
        Assert.All(files, f => Assert.Matches("^(native/[a-z]+-[a-z0-9]+|models|photos|tests)/", f.To));
        Assert.All(files, f => Assert.DoesNotContain("..", f.To, StringComparison.Ordinal));
        Assert.Equal(files.Count, files.Select(f => f.To).Distinct().Count());
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    [InlineData("osx-arm64")]
    public void Each_platform_gets_its_native_library(string platform) =>
        Assert.Single(List.Packages.SelectMany(p => p.Files), f => f.Platform == platform && f.To.StartsWith($"native/{platform}/", StringComparison.Ordinal));

    [Fact]
    public void It_does_not_say_from_where() => Assert.DoesNotMatch(@"://|registry|\.tgz|localhost|\d+\.\d+\.\d+\.\d+", Text);

    private static string Read()
    {
        using var reader = new StreamReader(typeof(AssetListTests).Assembly.GetManifestResourceStream("assets.json")!);
        return reader.ReadToEnd();
    }
}
