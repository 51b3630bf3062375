namespace Headroom.Imaging.Native;

/// <summary>VipsBandFormat: the number format of one channel; only what the three loaders produce.</summary>
internal enum BandFormat
{
    UInt8 = 0,
    UInt16 = 2,
}
