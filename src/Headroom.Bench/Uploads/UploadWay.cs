namespace Headroom.Bench.Uploads;

/// <summary>How a client sends a file.</summary>
public enum UploadWay
{
    /// <summary>The part API, one part after the other.</summary>
    Parts,

    /// <summary>The part API, four parts at once.</summary>
    ParallelParts,

    /// <summary>tus, all bytes in one request.</summary>
    Tus,

    /// <summary>tus, with a request for each chunk.</summary>
    TusChunks,
}
