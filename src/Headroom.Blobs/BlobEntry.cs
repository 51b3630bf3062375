namespace Headroom.Blobs;

/// <summary>Something in a store.</summary>
/// <param name="Key">The object's name.</param>
/// <param name="Token"><c>null</c> for a complete object; for an unfinished one what <see cref="IBlobStore.AbortAsync"/> needs.</param>
/// <param name="Modified">When it was written or begun, as the store's clock says.</param>
public sealed record BlobEntry(string Key, string? Token, DateTimeOffset Modified);
