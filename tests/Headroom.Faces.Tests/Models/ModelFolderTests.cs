using Headroom.Faces.Models;

namespace Headroom.Faces.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    private const string Embedder =
        """{"role": "embedder", "family": "arcface", "sha256": "00", "size": 112, "mean": 127.5, "scale": 128, "resident_mb": 4, "run_mb": 2}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_found_with_what_is_said_of_it()
    {
        Write("mine", Embedder);

        var (path, description) = Find("mine");

        Assert.Equal(_folder["mine.onnx"], path);
        Assert.Equal(new ModelDescription("embedder", "arcface", "00", 112, 4, 2) { Mean = 127.5f, Scale = 128 }, description);
    }

    [Fact]
    public void The_first_folder_that_has_it_is_taken()
    {
        using var mine = new TemporaryFolder();
        Write("both", Embedder);
        File.Copy(_folder["both.onnx"], mine["both.onnx"]);
        File.Copy(_folder["both.json"], mine["both.json"]);

        Assert.Equal(mine["both.onnx"], new ModelFolder([mine.Path, _folder.Path]).Find("both", "embedder", "arcface").Path);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("sub/model")]
    [InlineData("sub\\model")]
    [InlineData("..")]
    [InlineData(".hidden")]
    public void A_name_that_leaves_the_folder_is_no_name(string name) => Assert.Contains("without folder", Fails(name), StringComparison.Ordinal);

    [Fact]
    public void A_model_that_is_not_there_is_named_with_the_folders() =>
        Assert.All(new[] { "'absent'", "absent.onnx", _folder.Path }, part => Assert.Contains(part, Fails("absent"), StringComparison.Ordinal));

    [Fact]
    public void A_model_without_a_description_is_refused()
    {
        File.WriteAllBytes(_folder["bare.onnx"], []);

        Assert.Contains("bare.json", Fails("bare"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"role": 5}""")]
    public void A_description_that_can_not_be_read_is_refused(string json)
    {
        Write("odd", json);

        Assert.Contains("odd.json", Fails("odd"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_of_a_megabyte_is_not_read()
    {
        Write("long", new string(' ', 1 << 20));

        Assert.Contains("too large", Fails("long"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("detector", "retinaface")]
    [InlineData("embedder", "another")]
    public void A_model_of_another_role_or_family_is_refused(string role, string family)
    {
        Write("other", Embedder.Replace("embedder", role, StringComparison.Ordinal).Replace("arcface", family, StringComparison.Ordinal));

        Assert.All(new[] { "'other'", role, family, "arcface" }, part => Assert.Contains(part, Fails("other"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("retinaface-mnet25", "detector", "retinaface")]
    [InlineData("faceplugin-feature", "embedder", "arcface")]
    public void The_models_that_come_along_play_their_roles(string name, string role, string family) =>
        Assert.Equal(64, new ModelFolder([Path.Combine(AppContext.BaseDirectory, "models")]).Find(name, role, family).Description.Sha256.Length);

    private void Write(string name, string json)
    {
        File.WriteAllBytes(_folder[name + ".onnx"], []);
        File.WriteAllText(_folder[name + ".json"], json);
    }

    private (string Path, ModelDescription Description) Find(string name) => new ModelFolder([_folder.Path]).Find(name, "embedder", "arcface");

    private string Fails(string name) => Assert.Throws<ModelConfigurationException>(() => Find(name)).Message;
}
