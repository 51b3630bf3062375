using System.Numerics.Tensors;
using Headroom.Search.Converting;
using Headroom.Search.Tests.Samples;

namespace Headroom.Search.Tests.Converting;

public sealed class UseLiteConverterTests(ModelFixture models)
{
    [Fact]
    public void The_converted_model_is_the_one_of_the_manifest() =>
        Assert.Equal(models.UseLite.Manifest.Sha256, ModelFixture.Sha256(models.UseLite.Source.Path));

    [Fact]
    public void A_shard_that_is_not_whole_is_refused()
    {
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Restored.UseLite))
            File.Copy(file, copy[Path.GetFileName(file)]);
        using (var shard = File.OpenWrite(copy["group1-shard7of7"]))
            shard.SetLength(shard.Length - 4);

        var problem = Assert.Throws<InvalidDataException>(() => UseLiteConverter.Convert(copy.Path, copy["model.onnx"]));

        Assert.Contains("not whole", problem.Message);
        Assert.False(File.Exists(copy["model.onnx"]));
    }

    /// <summary>Checked once against the numbers of an independent conversion: sixteen other sentences agreed within 0.00001.</summary>
    [Theory]
    [InlineData(
        "The invoice is three weeks overdue.",
        new[] { 34, 15, 963, 947, 18, 382, 1084, 132, 29, 1579, 6 },
        new[] { -0.049638f, -0.035829f, 0.007486f, 0.055448f, 0.020218f, 0.052418f, -0.055518f, -0.065600f })]
    [InlineData(
        "Bitte kündigen Sie mein Abo",
        new[] { 1467, 17, 330, 687, 6980, 4170, 1332, 114, 349, 84, 97, 74, 806 },
        new[] { -0.025786f, -0.000919f, -0.053384f, -0.035430f, -0.051803f, -0.019450f, 0.007990f, -0.050900f })]
    [InlineData(
        "Where can I download my data? 😀",
        new[] { 3009, 42, 16, 2142, 69, 913, 54, 30, 0 },
        new[] { -0.052530f, -0.060904f, 0.048509f, -0.056622f, 0.053701f, 0.055751f, 0.017331f, 0.003715f })]
    public async Task Known_sentences_have_their_known_tokens_and_vectors(string text, int[] ids, float[] first)
    {
        var embedding = (await models.Embedder.EmbedAsync(new[] { text }, TestContext.Current.CancellationToken))[0];

        Assert.Equal(ids, models.UseLite.LoadTokenizer().Encode(text));
        Assert.Equal(ids.Length, embedding.Tokens);
        Assert.Equal(512, embedding.Vector.Length);
        Assert.All(first.Zip(embedding.Vector), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public async Task A_paraphrase_is_nearer_than_unrelated_texts()
    {
        string[] texts = ["I forgot my password", "How can I get back into my account?", "The soup was too salty", "Our train leaves at noon"];
        var vectors = (await models.Embedder.EmbedAsync(texts, TestContext.Current.CancellationToken)).Select(e => e.Vector).ToList();

        var similar = vectors.Skip(1).Select(v => TensorPrimitives.Dot<float>(vectors[0], v)).ToList();

        Assert.Equal(0, similar.IndexOf(similar.Max()));
    }
}
