namespace Headroom.Bench.Submissions;

/// <summary>What a server has of the submissions that it acknowledged.</summary>
/// <param name="Lost">Not found.</param>
/// <param name="Twice">Found more than once.</param>
/// <param name="Looked">How many were searched by what they mean.</param>
/// <param name="Unseen">Of those: not found.</param>
internal sealed record SubmissionCheck(int Lost, int Twice, int Looked, int Unseen)
{
    public IEnumerable<string> Problems()
    {
        if (Lost > 0)
            yield return $"{Lost} lost";
        if (Twice > 0)
            yield return $"{Twice} found twice";
        if (Unseen > 0)
            yield return $"{Unseen} of {Looked} not found by meaning";
    }
}
