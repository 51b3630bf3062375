namespace Headroom.Uploads.State;

/// <summary>How much of an upload is in.</summary>
/// <param name="Parts">How many parts.</param>
/// <param name="Length">Their plaintext bytes.</param>
/// <param name="StoreLength">Their encrypted bytes.</param>
internal readonly record struct Progress(int Parts, long Length, long StoreLength);
