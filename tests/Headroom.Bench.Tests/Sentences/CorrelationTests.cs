using Headroom.Bench.Sentences;

namespace Headroom.Bench.Tests.Sentences;

public sealed class CorrelationTests
{
    [Fact]
    public void Values_that_rise_together_in_proportion_correlate_fully() => Assert.Equal(1, Correlation.Pearson([1, 2, 3], [10, 20, 30]), 1e-12);

    [Fact]
    public void Ranks_do_not_mind_how_far_values_lie_apart()
    {
        double[] x = [1, 2, 3, 4], y = [1, 10, 100, 1000];

        Assert.Equal(1, Correlation.Spearman(x, y), 1e-12);
        Assert.InRange(Correlation.Pearson(x, y), 0.5, 0.9);
    }

    /// <summary>Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: 4.5 ÷ √(4.5 · 5).</summary>
    [Fact]
    public void Equal_values_share_their_ranks() => Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), Correlation.Spearman([1, 2, 2, 3], [1, 3, 2, 4]), 1e-12);

    [Fact]
    public void A_file_that_is_no_STS_file_is_told_with_its_line()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "g\tf\ty\t0\t4.5\tone\tanother\ng\tf\ty\t1\tmany\tone\tanother\n");

            Assert.Contains("line 2", Assert.Throws<BenchException>(() => SentencePair.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
