namespace Headroom.Bench.Load;

/// <summary>What a client does.</summary>
internal enum VisitKind
{
    /// <summary>Sends the whole request at once and waits for its answer.</summary>
    Good,

    /// <summary>Sends the photo a kilobyte a second.</summary>
    Trickle,

    /// <summary>Sends the beginning of the photo and then nothing more.</summary>
    Stall,

    /// <summary>Declares more bytes than any photo may have, and sends them.</summary>
    TooLong,

    /// <summary>Sends as many, chunked, so that nobody knows beforehand.</summary>
    TooLongChunked,

    /// <summary>Closes the connection half-way.</summary>
    Leave,

    /// <summary>Sends noise as a photo.</summary>
    Garbage,
}
