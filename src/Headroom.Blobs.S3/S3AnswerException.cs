namespace Headroom.Blobs.S3;

/// <summary>S3 said yes, but its answer doesn't fit what was asked.</summary>
internal sealed class S3AnswerException(string message) : Exception(message);
