namespace Headroom.Bench.Uploads;

/// <summary>What the client of uploads saw; it prints this on its standard output.</summary>
/// <param name="Files">How many were begun.</param>
/// <param name="Completed">How many the server made files of.</param>
/// <param name="Compared">How many were downloaded.</param>
/// <param name="Different">How many of those were not what was sent.</param>
/// <param name="Deleted">How many were deleted, and gone then.</param>
/// <param name="Bytes">Of the completed ones.</param>
/// <param name="Seconds">From the start to the last completed file; with deletion, downloads are in between.</param>
/// <param name="MostWaiting">The most requests with a body that had begun and were not answered, at one moment.</param>
/// <param name="Retries">Why something was sent again, and how often.</param>
/// <param name="Failures">Why a file was given up, and how often.</param>
/// <param name="P50">Seconds that one file took, half of them less.</param>
/// <param name="P99">Of 99 in 100.</param>
/// <param name="Max">The longest.</param>
internal sealed record UploadReport(
    int Files,
    int Completed,
    int Compared,
    int Different,
    int Deleted,
    long Bytes,
    double Seconds,
    int MostWaiting,
    IReadOnlyDictionary<string, int> Retries,
    IReadOnlyDictionary<string, int> Failures,
    double P50,
    double P99,
    double Max)
{
    /// <summary>What a server may make clients send again for.</summary>
    private static readonly string[] ProperRetries = ["408", "429", "503"];

    /// <summary>Bytes of completed files in a second.</summary>
    public double BytesPerSecond => Seconds > 0 ? Bytes / Seconds : 0;

    /// <summary>Completed files in a second.</summary>
    public double FilesPerSecond => Seconds > 0 ? Completed / Seconds : 0;

    /// <summary>What no server may do.</summary>
    public IEnumerable<string> Problems()
    {
        if (Completed < Files)
            yield return $"{Files - Completed} not completed";
        if (Failures.Count > 0)
            yield return $"given up ({Words.Counts(Failures)})";
        if (Different > 0)
            yield return $"{Different} different";
        if (Retries.Where(retry => !ProperRetries.Contains(retry.Key)).ToList() is { Count: > 0 } improper)
            yield return $"improper answers ({Words.Counts(improper)})";
    }
}
