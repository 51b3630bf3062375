using System.Collections.Concurrent;

namespace Headroom.Blobs.Outside.Tests;

/// <summary>What outlives a <see cref="MemoryStore"/>: complete objects, and the parts of others.</summary>
internal sealed class MemoryObjects
{
    public ConcurrentDictionary<string, MemoryObject> Complete { get; } = new();

    public ConcurrentDictionary<string, OpenObject> Open { get; } = new();

    public long Bytes => Complete.Values.Sum(o => (long)o.Content.Length) + Open.Values.Sum(o => o.Parts.Values.Sum(p => (long)p.Length));
}

/// <param name="Token">Of the upload that it was; empty for a small one.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Modified">When it was completed.</param>
internal sealed record MemoryObject(string Token, byte[] Content, DateTimeOffset Modified);

/// <param name="Key">Its name.</param>
/// <param name="Begun">When.</param>
internal sealed record OpenObject(string Key, DateTimeOffset Begun)
{
    public ConcurrentDictionary<long, byte[]> Parts { get; } = new();
}
