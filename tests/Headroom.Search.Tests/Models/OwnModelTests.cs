using Headroom.Residents;
using Headroom.Search.Models;
using Headroom.Search.Tests.Samples;
using Headroom.Search.Tests.Tokenizing;

namespace Headroom.Search.Tests.Models;

public sealed class OwnModelTests(ModelFixture models) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_mean_leaves_out_what_is_padded()
    {
        var vectors = await EmbedAsync(TinyBert.Write(_folder["mean"], "mean", """, "normalize": false"""), "the cat", "the cats sit");

        float[] ids = [Id("[CLS]"), Id("the"), Id("cat"), Id("[SEP]")];
        Assert.Equal([ids.Average(), ids.Average(id => id * id), 1, 0], vectors[0]);
    }

    [Fact]
    public async Task The_first_token_speaks_for_the_text()
    {
        var vectors = await EmbedAsync(TinyBert.Write(_folder["cls"], "cls", """, "normalize": false"""), "the cat", "x");

        float start = Id("[CLS]");
        Assert.All(vectors, vector => Assert.Equal([start, start * start, 1, 0], vector));
    }

    [Fact]
    public async Task Vectors_have_the_length_1_unless_the_manifest_says_otherwise()
    {
        var vector = (await EmbedAsync(TinyBert.Write(_folder["unit"], "mean"), "the cat"))[0];

        Assert.Equal(1, Math.Sqrt(vector.Sum(x => (double)x * x)), 1e-6);
    }

    [Fact]
    public async Task A_file_that_is_not_the_manifests_fails_at_load_and_says_so()
    {
        var folder = SentenceModelFolder.Open(TinyBert.Write(_folder["other"], "mean", embeddings: 4321));
        // A model of its own: one that another test has prepared is not read again.
        await File.AppendAllTextAsync(folder.Source.Path, "!", TestContext.Current.CancellationToken);
        var slot = models.Slot(folder);

        var problem = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await slot.AcquireAsync(TestContext.Current.CancellationToken));

        Assert.Contains("has sha256", problem.Message);
        Assert.Equal(ModelState.Failed, slot.Status.State);
    }

    [Fact]
    public async Task A_vocabulary_that_is_larger_than_the_model_fails_at_load_and_says_so()
    {
        var problem = await Assert.ThrowsAsync<ModelUnavailableException>(() => EmbedAsync(TinyBert.Write(_folder["small"], "mean", embeddings: 5), "x"));

        Assert.Contains("most likely the vocabulary is another model's", problem.Message);
    }

    [Theory]
    [InlineData("none", "its manifest promises one of 2 dimensions")]
    [InlineData("mean", "its manifest says 8 dimensions")]
    public async Task A_graph_that_is_not_what_the_manifest_says_fails_at_load_and_says_so(string pooling, string sentence)
    {
        var folder = TinyBert.Write(_folder["wrong"], pooling);
        Edit(folder, "\"dimensions\": 4", "\"dimensions\": 8");

        var problem = await Assert.ThrowsAsync<ModelUnavailableException>(() => EmbedAsync(folder, "x"));

        Assert.Contains(sentence, problem.Message);
    }

    [Theory]
    [InlineData("\"mean\"", "\"median\"", "can't be read")]
    [InlineData("\"model.onnx\"", "\"../model.onnx\"", "file must be")]
    [InlineData("\"max_tokens\": 16", "\"max_tokens\": 0", "max_tokens must be from 2 to 8192")]
    [InlineData("\"wordpiece\"", "\"bpe\"", "can't be read")]
    [InlineData("\"name\": \"tiny-mean\"", "\"name\": \"a/b\"", "name must be")]
    [InlineData("\"dimensions\"", "\"dimension\"", "can't be read")]
    public void A_manifest_that_makes_no_sense_is_answered_with_a_sentence(string old, string replacement, string sentence)
    {
        var folder = TinyBert.Write(_folder["manifest"], "mean");
        Edit(folder, old, replacement);

        var problem = Assert.Throws<InvalidOperationException>(() => SentenceModelFolder.Open(folder));

        Assert.Contains(sentence, problem.Message);
        Assert.Contains("manifest.json", problem.Message);
    }

    [Fact]
    public void A_folder_is_found_by_name_or_by_path()
    {
        var path = TinyBert.Write(_folder["tiny"], "mean");

        Assert.Equal("tiny-mean", SentenceModelFolder.Find("tiny", [_folder["nothing"], _folder.Path]).Manifest.Name);
        Assert.Equal("tiny-mean", SentenceModelFolder.Find(path, []).Manifest.Name);
        Assert.Contains("no manifest.json", Assert.Throws<InvalidOperationException>(() => SentenceModelFolder.Find("tinier", [_folder.Path])).Message);
    }

    [Fact]
    public void The_version_changes_with_whatever_changes_vectors()
    {
        var first = SentenceModelFolder.Open(TinyBert.Write(_folder["a"], "mean")).Version;
        var same = SentenceModelFolder.Open(TinyBert.Write(_folder["b"], "mean", """, "resident_mb": 99""")).Version;
        var pooled = SentenceModelFolder.Open(TinyBert.Write(_folder["c"], "cls")).Version;
        var spelled = TinyBert.Write(_folder["d"], "mean");
        File.AppendAllText(Path.Combine(spelled, "vocab.txt"), "more\n");

        Assert.Equal(first, same);
        Assert.Equal(3, new[] { first, pooled, SentenceModelFolder.Open(spelled).Version }.Distinct().Count());
    }

    public void Dispose() => _folder.Dispose();

    private static int Id(string piece) => Vocabularies.WordPieces.Index().First(p => p.Item == piece).Index;

    private static void Edit(string folder, string old, string replacement)
    {
        var path = Path.Combine(folder, "manifest.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(old, replacement, StringComparison.Ordinal));
    }

    private async Task<List<float[]>> EmbedAsync(string folder, params string[] texts) =>
        [.. (await models.Open(SentenceModelFolder.Open(folder)).EmbedAsync(texts, TestContext.Current.CancellationToken)).Select(e => e.Vector)];
}
