namespace Headroom.Pressure;

/// <summary>Whether memory that was given up came back.</summary>
/// <param name="Expected">What should have come back.</param>
/// <param name="Returned">By how much measured memory fell, other work subtracted as well as its leases tell.</param>
/// <param name="Missing">What of the expected is still there: unexplained for as long as it is.</param>
public readonly record struct MemoryReturn(ByteSize Expected, ByteSize Returned, ByteSize Missing)
{
    private static readonly ByteSize Noise = ByteSize.FromMegabytes(1);

    /// <summary>Whether more than a tenth is missing, and more than the kernel's counters are inexact.</summary>
    public bool Failed => Missing > Noise && Missing > Expected * 0.1;
}
