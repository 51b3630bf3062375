using Headroom.Faces.Matching;
using Headroom.Faces.Tests.Staff;

namespace Headroom.Faces.Tests.Matching;

public sealed class FaceMatcherTests : IDisposable
{
    private static readonly float[] Face = [1, 0, 0, 0];

    private readonly StaffDatabase _stores = new();
    private readonly List<FaceMatcher> _matchers = [];

    public void Dispose()
    {
        _matchers.ForEach(m => m.Dispose());
        _stores.Dispose();
    }

    [Theory]
    [InlineData(0.9, 0.1, MatchDecision.Accepted)]
    [InlineData(0.43, 0.1, MatchDecision.Accepted)]
    [InlineData(0.41, 0.1, MatchDecision.Unsure)]
    [InlineData(0.35, 0.1, MatchDecision.Unsure)]
    [InlineData(0.33, 0.1, MatchDecision.Unknown)]
    [InlineData(-0.5, -0.6, MatchDecision.Unknown)]
    [InlineData(0.9, 0.83, MatchDecision.Accepted)]
    [InlineData(0.9, 0.85, MatchDecision.Unsure)]
    [InlineData(0.9, 0.9, MatchDecision.Unsure)]
    public async Task The_decision_looks_at_the_best_person_and_at_the_second(double first, double second, MatchDecision expected)
    {
        var best = await EnrolAsync("first", first);
        await EnrolAsync("second", second);

        var match = await Matcher().MatchAsync(Face, CancellationToken.None);

        Assert.Equal(expected, match.Decision);
        if (first > second)
            Assert.Equal(best, match.StaffKey);
        Assert.Equal(first, match.Similarity, 0.01);
        Assert.Equal(first - second, match.Margin, 0.02);
    }

    [Fact]
    public async Task A_person_is_as_alike_as_the_closest_template()
    {
        var person = await EnrolAsync("many", 0.1, 0.8, 0.3);

        var match = await Matcher().MatchAsync(Face, CancellationToken.None);

        Assert.Equal((MatchDecision.Accepted, person), (match.Decision, match.StaffKey));
        Assert.Equal(0.8, match.Similarity, 0.01);
    }

    [Fact]
    public async Task With_nobody_enrolled_the_face_is_unknown() =>
        Assert.Equal(new FaceMatch(MatchDecision.Unknown, null, 0, 0), await Matcher().MatchAsync(Face, CancellationToken.None));

    [Fact]
    public async Task A_person_who_is_enrolled_between_two_comparisons_is_seen_at_once()
    {
        var matcher = Matcher();
        await EnrolAsync("first", 0.2);
        Assert.Equal(MatchDecision.Unknown, (await matcher.MatchAsync(Face, CancellationToken.None)).Decision);

        var second = await EnrolAsync("second", 0.9);

        Assert.Equal(second, (await matcher.MatchAsync(Face, CancellationToken.None)).StaffKey);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public async Task A_removed_person_is_not_matched_any_more(double cacheMb)
    {
        var matcher = Matcher(cacheMb);
        var gone = await EnrolAsync("gone", 0.9);
        await EnrolAsync("stays", 0.2);
        Assert.Equal(gone, (await matcher.MatchAsync(Face, CancellationToken.None)).StaffKey);

        Assert.Equal(gone, await _stores.Staff.RemoveAsync((await _stores.Staff.FindAsync(gone, CancellationToken.None))!.Id, CancellationToken.None));
        await matcher.ForgetAsync(t => t.Person == gone, CancellationToken.None);

        Assert.Equal(MatchDecision.Unknown, (await matcher.MatchAsync(Face, CancellationToken.None)).Decision);
    }

    [Fact]
    public async Task Who_comes_after_a_removed_person_never_inherits_the_key()
    {
        var gone = await EnrolAsync("gone", 0.9);
        await _stores.Staff.RemoveAsync((await _stores.Staff.FindAsync(gone, CancellationToken.None))!.Id, CancellationToken.None);

        Assert.NotEqual(gone, await EnrolAsync("new", 0.1));
    }

    [Fact]
    public async Task Templates_that_do_not_fit_into_memory_give_the_same_answer()
    {
        var random = new Random(9);
        for (var person = 0; person < 300; person++)
            await EnrolAsync($"p{person}", [.. Enumerable.Range(0, 4).Select(_ => (random.NextDouble() * 1.2) - 0.6)]);
        // All; half; the first 256 and one page of the others; none.
        var matchers = new[]
        {
            Matcher(8),
            Matcher(600 * TemplateCache.BytesOf(4) / 1048576.0),
            Matcher(256 * TemplateCache.BytesOf(4) / 1048576.0),
            Matcher(0),
        };

        for (var probe = 0; probe < 20; probe++)
        {
            var vector = UnitVectors.Unit(4, probe);
            var expected = await matchers[^1].MatchAsync(vector, CancellationToken.None);
            foreach (var matcher in matchers)
            {
                var match = await matcher.MatchAsync(vector, CancellationToken.None);
                Assert.Equal(expected.Similarity, match.Similarity, 0.02f);
                Assert.Equal(expected.Margin, match.Margin, 0.03f);
                if (expected.Margin > 0.03)
                    Assert.Equal(expected.StaffKey, match.StaffKey);
            }
        }
    }

    [Fact]
    public async Task A_cache_that_was_made_smaller_and_larger_again_gives_the_same_answer()
    {
        var matcher = Matcher(300 * TemplateCache.BytesOf(4) / 1048576.0);
        for (var person = 0; person < 60; person++)
            await EnrolAsync($"p{person}", 0.1, 0.2, 0.3, 0.15);
        var wanted = await EnrolAsync("wanted", 0.9);

        foreach (var scale in new[] { 1, 0.5, 0, 0.3, 1 })
        {
            matcher.Scale(scale);
            Assert.Equal(wanted, (await matcher.MatchAsync(Face, CancellationToken.None)).StaffKey);
        }
    }

    [Fact]
    public async Task Templates_of_another_model_or_length_are_not_compared()
    {
        var member = await _stores.AddAsync("old");
        await _stores.AddTemplateAsync(member, UnitVectors.At(0.9), model: "another");
        await _stores.AddTemplateAsync(member, [0.9f, 0.1f]);
        await _stores.AddTemplateAsync(member, UnitVectors.Unit(9, 1));

        foreach (var cacheMb in new[] { 8.0, 0 })
            Assert.Null((await Matcher(cacheMb).MatchAsync(Face, CancellationToken.None)).StaffKey);
    }

    [Fact]
    public async Task Many_may_compare_while_people_come_and_go()
    {
        var matcher = Matcher(10 * TemplateCache.BytesOf(4) / 1048576.0);
        var stays = await EnrolAsync("stays", 0.95);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            var passing = await EnrolAsync($"passing{i}", 0.3);
            Assert.Equal(stays, (await matcher.MatchAsync(Face, CancellationToken.None)).StaffKey);
            await _stores.Staff.RemoveAsync((await _stores.Staff.FindAsync(passing, CancellationToken.None))!.Id, CancellationToken.None);
            await matcher.ForgetAsync(t => t.Person == passing, CancellationToken.None);
        })));

        Assert.Equal(0.95, (await matcher.MatchAsync(Face, CancellationToken.None)).Margin, 0.01);
    }

    private FaceMatcher Matcher(double cacheMb = 8)
    {
        _matchers.Add(new FaceMatcher(_stores.Templates, new FacesOptions { TemplateCacheMb = cacheMb }));
        return _matchers[^1];
    }

    private async Task<long> EnrolAsync(string name, params double[] cosines)
    {
        var member = await _stores.AddAsync(name);
        foreach (var cosine in cosines)
            Assert.NotNull(await _stores.AddTemplateAsync(member, UnitVectors.At(cosine)));
        return member.Key;
    }
}
