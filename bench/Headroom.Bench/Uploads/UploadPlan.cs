namespace Headroom.Bench.Uploads;

/// <summary>What the client of uploads is asked to do; it reads this from its standard input.</summary>
/// <param name="Address">The server; its host must be an IP address.</param>
/// <param name="Key">Sent as a bearer key; null for none.</param>
/// <param name="Sizes">The files.</param>
/// <param name="Ways">Taken in turn, file by file.</param>
/// <param name="Clients">How many files at once.</param>
internal sealed record UploadPlan(Uri Address, string? Key, FileSizes Sizes, IReadOnlyList<UploadWay> Ways, int Clients)
{
    /// <summary>How many files are sent before the ones that count, by the same process: a compiler at work, here or there, is not what is measured.</summary>
    public int WarmUpFiles { get; init; }

    /// <summary>What is asked for as the length of parts, and the length of tus chunks, in bytes; null for the server's own.</summary>
    public long? PartBytes { get; init; }

    /// <summary>Every so many-th file is downloaded and compared; 1 for all.</summary>
    public int CompareEvery { get; init; } = 1;

    /// <summary>Each file is downloaded, compared and deleted before its client goes on: the disk holds few at a time.</summary>
    public bool Delete { get; init; }

    /// <summary>No file is begun after so many seconds, however many are left; null for all of them.</summary>
    public double? Seconds { get; init; }

    /// <summary>How long one file may take, waiting and retries included, in seconds.</summary>
    public int TimeoutSeconds { get; init; } = 3600;
}
