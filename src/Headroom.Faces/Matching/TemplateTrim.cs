using Headroom.Reclaiming;

namespace Headroom.Faces.Matching;

/// <summary>Makes the cache of templates smaller; what leaves it is read from disk at each comparison.</summary>
internal sealed class TemplateTrim(FaceMatcher matcher) : IMemoryReclaimer
{
    public string Name => "face templates";

    public ReclaimRung Rung => ReclaimRung.ShrinkCaches;

    /// <summary>Reading a cache of the default size from the database.</summary>
    public TimeSpan RestoreCost => TimeSpan.FromMilliseconds(100);

    public void Reclaim(double scale) => matcher.Scale(scale);
}
