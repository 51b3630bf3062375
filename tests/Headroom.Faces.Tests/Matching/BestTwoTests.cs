using FsCheck;
using FsCheck.Fluent;
using Headroom.Faces.Matching;

namespace Headroom.Faces.Tests.Matching;

public sealed class BestTwoTests
{
    /// <summary>Few people and few values, so that ties and changes of the lead are common.</summary>
    private static Gen<List<(long Person, float Similarity)>> Templates { get; } =
        from count in Gen.Choose(0, 30)
        from templates in (from person in Gen.Choose(1, 5) from value in Gen.Choose(-10, 10) select ((long)person, value / 10f)).ListOf(count)
        select templates.ToList();

    [Fact]
    public void It_is_what_sorting_everybody_would_give() => Properties.Hold(
        Templates,
        templates =>
        {
            var best = new BestTwo();
            foreach (var (person, similarity) in templates)
                best.Add(person, similarity);
            var people = templates.GroupBy(t => t.Person).Select(p => (p.Key, Best: p.Max(t => t.Similarity))).OrderByDescending(p => p.Best).ToList();
            if (people.Count == 0)
                return best.Person is null;
            var second = people.Count > 1 && people[1].Best > -1 ? people[0].Best - people[1].Best : people[0].Best;
            return people.Any(p => p.Key == best.Person && p.Best == best.Similarity) && best.Similarity == people[0].Best && best.Margin == second;
        },
        cases: 2000);

    [Fact]
    public void A_product_that_rounding_made_larger_than_a_cosine_counts_as_one()
    {
        var best = new BestTwo();
        best.Add(1, 1.0000002f);

        Assert.Equal((1f, 1f), (best.Similarity, best.Margin));
    }

    [Fact]
    public void Without_templates_there_is_nobody() => Assert.Null(new BestTwo().Person);

    [Fact]
    public void Two_people_who_are_equally_alike_leave_no_margin()
    {
        var best = new BestTwo();
        best.Add(1, 0.8f);
        best.Add(2, 0.8f);

        Assert.Equal(0, best.Margin);
    }
}
