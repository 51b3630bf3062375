using Headroom.Blobs;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.State;

/// <summary>The attempt at a part that counts, and where its bytes are.</summary>
/// <param name="Attempt">What reading it back needs.</param>
/// <param name="Blob">What completing the object needs.</param>
internal sealed record StoredPart(PartAttempt Attempt, BlobPart Blob);
