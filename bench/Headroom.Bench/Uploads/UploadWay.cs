namespace Headroom.Bench.Uploads;

/// <summary>How a client sends a file.</summary>
internal enum UploadWay
{
    /// <summary>The part API, one part after the other.</summary>
    Parts,

    /// <summary>The same, each part as the file of a form, as pages send it to handlers that tutorials write. Headroom takes no forms.</summary>
    FormParts,

    /// <summary>The part API, four parts at once.</summary>
    ParallelParts,

    /// <summary>tus, all bytes in one request.</summary>
    Tus,

    /// <summary>tus, with a request for each chunk.</summary>
    TusChunks,
}
