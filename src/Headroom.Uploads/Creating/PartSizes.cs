using Headroom.Uploads.Format;

namespace Headroom.Uploads.Creating;

/// <summary>How long the parts of a file are.</summary>
internal static class PartSizes
{
    /// <summary>What is chosen for files that are not huge: 8 MiB.</summary>
    public const long Usual = 8 * 1024 * 1024;

    /// <summary>The shortest part that may be asked for, unless the store wants longer ones: below it, syncing is all that a disk does.</summary>
    public const long Least = 4096;

    /// <summary>
    /// tus: interrupted requests leave short parts, so that a file may need more of them. Planning for half of what is
    /// possible leaves the other half for that.
    /// </summary>
    private const int MaxAppended = PartLayout.MaxParts / 2;

    /// <summary>The length of parts that have numbers.</summary>
    public static long Numbered(long size) => Fitting(size, PartLayout.MaxParts);

    /// <summary>The length of parts that bytes of a stream are cut into.</summary>
    public static long Appended(long size) => Fitting(size, MaxAppended);

    private static long Fitting(long size, int parts)
    {
        var least = (size + parts - 1) / parts;
        return Math.Max(Usual, (least + PartLayout.SegmentBytes - 1) / PartLayout.SegmentBytes * PartLayout.SegmentBytes);
    }
}
