namespace Headroom.Onnx;

/// <summary>What the arena that all sessions share holds.</summary>
/// <param name="AllocatedBytes">Bytes the arena took from the system and has not given back, weights that are not mapped included.</param>
/// <param name="InUseBytes">Bytes of these that tensors occupy now.</param>
/// <param name="PeakInUseBytes">Most bytes that were in use at once since the environment was made.</param>
public readonly record struct ArenaUsage(long AllocatedBytes, long InUseBytes, long PeakInUseBytes);
