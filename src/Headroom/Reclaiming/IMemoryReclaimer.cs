namespace Headroom.Reclaiming;

/// <summary>Something that can give memory back. It runs on the governor's thread, and never twice at once.</summary>
public interface IMemoryReclaimer
{
    /// <summary>A short name, for logs and metrics.</summary>
    string Name { get; }

    /// <summary>When it is its turn.</summary>
    ReclaimRung Rung { get; }

    /// <summary>What bringing the bytes back takes; of one rung the cheapest goes first.</summary>
    TimeSpan RestoreCost { get; }

    /// <summary>Gives memory back. May take milliseconds, must not wait for anything.</summary>
    /// <param name="scale">
    /// What share of its usual size it may keep, 1 to 0. With 1 nothing is to be given back any more: it is called so once
    /// after the pressure has passed.
    /// </param>
    void Reclaim(double scale);
}
