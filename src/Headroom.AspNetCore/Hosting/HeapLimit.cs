namespace Headroom.AspNetCore.Hosting;

/// <summary>
/// Bounds the managed heap: left alone the garbage collector takes three quarters of the container for itself.
/// </summary>
internal static class HeapLimit
{
    /// <summary>
    /// A quarter of the limit, at least 64 MB: several times what the plan expects, for running into it ends in an
    /// <see cref="OutOfMemoryException"/>; it only makes the collector hurry long before the container is full.
    /// </summary>
    /// <returns>False when the heap is larger than that now; collect, and try again.</returns>
    public static bool TryApply(ByteSize limit)
    {
        var heap = ByteSize.Max(ByteSize.FromMegabytes(64), limit * 0.25);
        AppContext.SetData("GCHeapHardLimit", (ulong)heap.Bytes);
        try
        {
            GC.RefreshMemoryLimit();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
