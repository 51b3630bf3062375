using System.Net;
using Amazon.Runtime;
using Polly.CircuitBreaker;

namespace Headroom.Blobs.S3;

/// <summary>What went wrong with S3: whether to try again, and what to tell.</summary>
internal static class S3Problems
{
    private const HttpStatusCode NoAnswer = default;

    public static bool IsTransient(Exception problem) => problem switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError } =>
            true,
        // BadDigest: the body was damaged on its way. No status: no answer at all, or an error in a 200.
        AmazonServiceException service =>
            service.ErrorCode is "SlowDown" or "RequestTimeout" or "RequestTimeTooSkewed" or "BadDigest" or "InternalError"
                or "ServiceUnavailable" or "XAmzContentSHA256Mismatch"
                || service.StatusCode is NoAnswer or HttpStatusCode.OK,
        // Disposed: the deadline passed in the moment its answer came, and took the answer's connection with it.
        AmazonClientException or HttpRequestException or IOException or TimeoutException or ObjectDisposedException => true,
        S3AnswerException => true,
        _ => false,
    };

    /// <summary>Makes it the store's own. Neither the server's text nor the request is repeated: they can hold keys.</summary>
    public static BlobException Translate(Exception problem, string what) => problem switch
    {
        BrokenCircuitException broken =>
            new BlobException(BlobProblem.Unavailable, $"S3 can't {what} now: it failed too often, and is left alone for a moment.", broken)
            {
                RetryAfter = broken.RetryAfter ?? TimeSpan.FromSeconds(10),
            },
        S3AnswerException wrong => new BlobException(BlobProblem.Damaged, $"S3 could not {what}: {wrong.Message}", wrong),
        AmazonServiceException { ErrorCode: "NoSuchBucket" } =>
            new BlobException(BlobProblem.Refused, $"S3 could not {what}: there is no such bucket. Make it, or correct the setting.", problem),
        AmazonServiceException { ErrorCode: "InvalidPart" or "InvalidPartOrder" or "EntityTooSmall" } refused => new BlobException(
            BlobProblem.Conflict, $"S3 could not {what}: {refused.ErrorCode}. The parts are not those that were sent last, or too small.", problem),
        AmazonServiceException { ErrorCode: "EntityTooLarge" } =>
            new BlobException(BlobProblem.TooLarge, $"S3 could not {what}: it is too large for this server.", problem),
        AmazonServiceException { StatusCode: HttpStatusCode.InsufficientStorage } =>
            new BlobException(BlobProblem.Full, $"S3 could not {what}: it has no space left.", problem),
        AmazonServiceException { StatusCode: HttpStatusCode.NotFound } =>
            new BlobException(BlobProblem.NotFound, $"S3 could not {what}: it has no such object or upload.", problem),
        _ when IsTransient(problem) =>
            new BlobException(BlobProblem.Unavailable, $"S3 could not {what}: {Describe(problem)}. It was tried several times.", problem),
        AmazonServiceException refused => new BlobException(
            BlobProblem.Refused, $"S3 refuses to {what}: {Describe(refused)}. Check credentials, permissions, region and endpoint.", problem),
        _ => new BlobException(BlobProblem.Unavailable, $"S3 could not {what}: {problem.GetType().Name}.", problem),
    };

    private static string Describe(Exception problem) => problem switch
    {
        AmazonServiceException { StatusCode: not NoAnswer } service => $"it answered {(int)service.StatusCode} {service.ErrorCode}".TrimEnd(),
        TimeoutException => "it did not answer in time",
        _ => "the connection failed",
    };
}
