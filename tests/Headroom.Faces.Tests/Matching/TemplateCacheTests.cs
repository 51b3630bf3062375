using System.Numerics.Tensors;
using Headroom.Faces.Matching;
using Headroom.Faces.Tests.Samples;

namespace Headroom.Faces.Tests.Matching;

public sealed class TemplateCacheTests(FaceFixture faces)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void It_takes_as_many_templates_as_its_bytes_hold_and_no_more(int templates)
    {
        var cache = new TemplateCache(new ByteSize((templates * TemplateCache.BytesOf(4)) + 3), 4);

        for (var key = 1; key <= templates; key++)
            Assert.True(cache.TryAdd(key, key, UnitVectors.At(0.5)));

        Assert.True(cache.IsFull);
        Assert.False(cache.TryAdd(templates + 1, 7, UnitVectors.At(0.9)));
        Assert.Equal((templates, templates), (cache.Count, cache.LastKey));
    }

    [Fact]
    public void The_best_of_many_pages_is_found()
    {
        var cache = new TemplateCache(ByteSize.FromMegabytes(1), 4);
        for (var key = 1; key <= 1000; key++)
            Assert.True(cache.TryAdd(key, key % 50, UnitVectors.At(key == 700 ? 0.9 : key == 3 ? 0.7 : 0.1)));

        var best = Compare(cache);

        Assert.Equal(0, best.Person);
        Assert.Equal(0.9f, best.Similarity, 0.01f);
        Assert.Equal(0.2f, best.Margin, 0.02f);
    }

    [Fact]
    public void What_was_removed_is_not_compared()
    {
        var cache = new TemplateCache(ByteSize.FromMegabytes(1), 4);
        for (var key = 1; key <= 600; key++)
            Assert.True(cache.TryAdd(key, key % 3, UnitVectors.At(key % 3 == 1 ? 0.9 : 0.2)));

        cache.Remove(t => t.Person == 1);

        Assert.NotEqual(1, Compare(cache).Person);
        Assert.Equal(0.2f, Compare(cache).Similarity, 0.01f);
        Assert.Equal(600, cache.LastKey);
    }

    [Fact]
    public void The_cosine_of_faces_is_off_by_less_than_0_005()
    {
        var vectors = faces.Readings.Select(r => r.Vector).OfType<float[]>().ToList();

        foreach (var one in vectors)
        {
            var cache = new TemplateCache(ByteSize.FromMegabytes(1), one.Length);
            Assert.True(cache.TryAdd(1, 1, one));
            Assert.All(vectors, other =>
            {
                var best = new BestTwo();
                cache.Compare(other, ref best);
                Assert.Equal(TensorPrimitives.Dot<float>(one, other), best.Similarity, 0.005f);
            });
        }
    }

    private static BestTwo Compare(TemplateCache cache)
    {
        var best = new BestTwo();
        cache.Compare([1, 0, 0, 0], ref best);
        return best;
    }
}
