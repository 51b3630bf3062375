namespace Headroom.Bench.Sentences;

/// <summary>Texts as people send them, made from a seed.</summary>
internal static class SentenceSource
{
    private static readonly string[] Words = (
        "the a my our we I you it is was have not please can could when where how why invoice order parcel account password app photo upload delivery refund "
            + "subscription late broken new wrong slow twice again today yesterday since week month page button error message team support thanks help "
            + "cancel change find send wait open close").Split(' ');

    /// <summary>Sentences of 4 to 30 words.</summary>
    public static string[] Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', random.GetItems(Words, random.Next(4, 31))))];
    }
}
