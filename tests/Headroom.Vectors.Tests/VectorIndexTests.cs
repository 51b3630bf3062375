namespace Headroom.Vectors.Tests;

public sealed class VectorIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VectorIndex _index;

    public VectorIndexTests() => _index = VectorIndex.Open(_folder.Path, 4);

    public void Dispose()
    {
        _index.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_nearest_comes_first()
    {
        _index.Put(1, [1, 0, 0, 0]);
        _index.Put(2, [0, 1, 0, 0]);
        _index.Put(3, [0.6f, 0.8f, 0, 0]);

        Assert.Equal([new VectorHit(2, 1), new VectorHit(3, 0.8f), new VectorHit(1, 0)], _index.Search([0, 1, 0, 0], 10));
    }

    [Fact]
    public void Equal_scores_go_by_id_whatever_the_order_they_were_put_in()
    {
        foreach (var id in (long[])[7, -3, long.MaxValue, 0, long.MinValue])
            _index.Put(id, [0, 0, 1, 0]);

        Assert.Equal([long.MinValue, -3, 0], _index.Search([0, 0, 1, 0], 3).Select(hit => hit.Id));
    }

    [Fact]
    public void Chosen_ones_are_compared_whether_they_are_near_or_not()
    {
        for (var id = 0; id < 100; id++)
            _index.Put(id, [id / 100f, 1, 0, 0]);
        _index.Delete(60);
        _index.Put(50, [2, 0, 0, 0]);

        var compared = _index.Compare([1, 0, 0, 0], id => id % 10 == 0);

        Assert.Equal([0, 10, 20, 30, 40, 50, 70, 80, 90], compared.Select(hit => hit.Id).Order());
        Assert.All(compared, hit => Assert.Equal(hit.Id == 50 ? 2 : hit.Id / 100f, hit.Score, 1e-6f));
        Assert.Throws<ArgumentException>(() => _index.Compare([1, 0, 0], _ => true));
    }

    [Fact]
    public void A_vector_put_again_replaces_the_one_before()
    {
        _index.Put(1, [1, 0, 0, 0]);
        _index.Put(1, [0, 1, 0, 0]);

        Assert.Equal([new VectorHit(1, 1)], _index.Search([0, 1, 0, 0], 10));
        Assert.Equal((1, 1), (_index.Count, _index.DeadSlots));
    }

    [Fact]
    public void What_is_deleted_is_not_found()
    {
        _index.Put(1, [1, 0, 0, 0]);

        Assert.True(_index.Delete(1));
        Assert.False(_index.Delete(1));
        Assert.Empty(_index.Search([1, 0, 0, 0], 10));
        Assert.Equal(0, _index.Count);
    }

    [Fact]
    public void A_batch_that_was_not_committed_leaves_nothing()
    {
        _index.Put(1, [1, 0, 0, 0]);
        using (var writer = _index.BeginWrite())
        {
            writer.Put(2, [0, 1, 0, 0]);
            writer.Delete(1);
        }

        Assert.Equal([1L], _index.Ids());
        _index.Put(3, [0, 0, 1, 0]);
        Assert.Equal([1L, 3], _index.Ids());
    }

    [Fact]
    public void A_batch_that_is_over_takes_nothing_more()
    {
        var writer = _index.BeginWrite();
        writer.Commit();

        Assert.Throws<ObjectDisposedException>(() => writer.Put(1, [1, 0, 0, 0]));
        Assert.Throws<ObjectDisposedException>(writer.Commit);
    }

    [Fact]
    public void Only_ids_that_are_asked_for_are_found()
    {
        for (var id = 0; id < 100; id++)
            _index.Put(id, [1, id, 0, 0]);

        Assert.Equal([90L, 80, 70], _index.Search([0, 1, 0, 0], 3, id => id % 10 == 0 && id <= 90).Select(hit => hit.Id));
        Assert.Empty(_index.Search([0, 1, 0, 0], 3, _ => false));
    }

    [Fact]
    public void What_a_filter_throws_reaches_the_caller()
    {
        _index.Put(1, [1, 0, 0, 0]);

        Assert.Throws<InvalidTimeZoneException>(() => _index.Search([1, 0, 0, 0], 1, _ => throw new InvalidTimeZoneException()));
    }

    [Fact]
    public void A_limit_of_nothing_finds_nothing_and_one_beyond_the_count_finds_all()
    {
        _index.Put(1, [1, 0, 0, 0]);

        Assert.Empty(_index.Search([1, 0, 0, 0], 0));
        Assert.Single(_index.Search([1, 0, 0, 0], VectorIndex.MaxResults));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(VectorIndex.MaxResults + 1)]
    public void A_limit_that_makes_no_sense_is_refused(int limit) =>
        Assert.Contains("0 to 10000", Assert.Throws<ArgumentOutOfRangeException>(() => _index.Search([1, 0, 0, 0], limit)).Message);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(1e19f)]
    public void What_is_not_a_finite_vector_is_refused(float component)
    {
        float[] vector = [0, component, 0, 0];

        Assert.Contains("not a finite number", Assert.Throws<ArgumentException>(() => _index.Put(1, vector)).Message);
        Assert.Contains("not a finite number", Assert.Throws<ArgumentException>(() => _index.Search(vector, 1)).Message);
        Assert.Equal(0, _index.Count);
    }

    [Fact]
    public void A_vector_of_another_length_is_refused()
    {
        Assert.Contains("3 components, the index takes 4", Assert.Throws<ArgumentException>(() => _index.Put(1, [1, 2, 3])).Message);
        Assert.Contains("5 components, the index takes 4", Assert.Throws<ArgumentException>(() => _index.Search([1, 2, 3, 4, 5], 1)).Message);
    }

    [Fact]
    public void A_vector_of_zeros_is_one_like_any_other()
    {
        _index.Put(1, [0, 0, 0, 0]);
        _index.Put(2, [0, 0, 0, -1]);

        Assert.Equal([new VectorHit(1, 0), new VectorHit(2, -1)], _index.Search([0, 0, 0, 1], 10));
        Assert.Equal([new VectorHit(1, 0), new VectorHit(2, 0)], _index.Search([0, 0, 0, 0], 10).Select(hit => hit with { Score = Math.Abs(hit.Score) }));
    }

    [Fact]
    public void A_second_index_on_the_same_folder_is_refused()
    {
        var refused = Assert.Throws<VectorIndexException>(() => VectorIndex.Open(_folder.Path, 4));

        Assert.Equal(VectorIndexProblem.InUse, refused.Problem);
    }

    [Fact]
    public void A_folder_with_vectors_of_another_length_is_refused()
    {
        _index.Dispose();

        var refused = Assert.Throws<VectorIndexException>(() => VectorIndex.Open(_folder.Path, 5));

        Assert.Equal(VectorIndexProblem.OtherDimensions, refused.Problem);
        Assert.Contains("4 components, not 5", refused.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(VectorIndex.MaxDimensions + 1)]
    public void Dimensions_that_make_no_sense_are_refused(int dimensions)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorIndex.Open(_folder.Path, dimensions));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorIndex.MemoryFor(1, dimensions));
    }

    [Fact]
    public void Compaction_gives_back_the_space_of_what_is_gone()
    {
        for (var id = 0; id < 100; id++)
            _index.Put(id % 10, [id, 1, 0, 0]);
        var before = new FileInfo(_folder.FileOf("records")).Length;

        _index.Compact();

        Assert.Equal((10, 0), (_index.Count, _index.DeadSlots));
        Assert.True(new FileInfo(_folder.FileOf("records")).Length < before);
        Assert.Equal([9L, 8], _index.Search([1, 0, 0, 0], 2).Select(hit => hit.Id));
    }

    [Fact]
    public void A_closed_index_says_so()
    {
        _index.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _index.Search([1, 0, 0, 0], 1));
        Assert.Throws<ObjectDisposedException>(() => _index.Count);
        Assert.Throws<ObjectDisposedException>(() => _index.Compact());
        Assert.Throws<ObjectDisposedException>(() => _index.Put(1, [1, 0, 0, 0]));
    }

    [Fact]
    public void Ids_and_searches_that_began_before_a_change_do_not_see_it()
    {
        _index.Put(1, [1, 0, 0, 0]);
        using var ids = _index.Ids().GetEnumerator();
        Assert.True(ids.MoveNext());

        _index.Put(2, [1, 0, 0, 0]);
        _index.Compact();

        Assert.False(ids.MoveNext());
    }

    [Fact]
    public void The_declared_memory_of_250_000_vectors_is_a_few_megabytes()
    {
        Assert.InRange(VectorIndex.MemoryFor(250_000, 512).Megabytes, 4, 40);
        Assert.True(VectorIndex.MemoryFor(0, 512) < VectorIndex.MemoryFor(250_000, 512));
    }
}
