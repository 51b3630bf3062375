using System.Runtime.CompilerServices;
using Amazon.S3.Model;

namespace Headroom.Blobs.S3;

/// <summary>What becomes of a multipart upload: its parts are listed, put together, or dropped.</summary>
internal sealed class S3Uploads(S3Connection connection, S3Bucket bucket, bool etagIsMd5)
{
    /// <summary>The parts that S3 has of an upload.</summary>
    public async IAsyncEnumerable<PartDetail> PartsAsync(BlobUpload upload, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListPartsRequest { BucketName = bucket.Name, Key = bucket.ObjectName(upload.Key), UploadId = upload.Token };
        do
        {
            var page = await connection.RunAsync(
                "list an upload's parts", 0, token => connection.Client.ListPartsAsync(request, token), cancellationToken).ConfigureAwait(false);
            foreach (var part in page.Parts ?? [])
                yield return part;
            request.PartNumberMarker = page.IsTruncated == true
                ? page.NextPartNumberMarker?.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : null;
        }
        while (request.PartNumberMarker is not null);
    }

    /// <summary>All uploads that are open.</summary>
    public async IAsyncEnumerable<MultipartUpload> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket.Name, Prefix = bucket.Objects };
        bool more;
        do
        {
            var page = await connection.RunAsync(
                "list uploads", 0, token => connection.Client.ListMultipartUploadsAsync(request, token), cancellationToken).ConfigureAwait(false);
            foreach (var upload in page.MultipartUploads ?? [])
                yield return upload;
            more = page.IsTruncated == true;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (more);
    }

    /// <summary>
    /// Puts the parts together. When an answer was lost, now or in an earlier process, S3 is asked whether the object
    /// is there before it is told again: the upload is gone by then, and a second attempt would look like a failure.
    /// </summary>
    public async Task CompleteAsync(BlobUpload upload, IReadOnlyList<S3PartTag> parts, long length, CancellationToken cancellationToken)
    {
        var etag = etagIsMd5 ? S3Content.EtagOfParts(parts) : null;
        var again = false;
        try
        {
            await connection.RunAsync(
                "put an object together",
                0,
                async token =>
                {
                    if (again && await IsThereAsync(upload.Key, length, etag, token).ConfigureAwait(false))
                        return true;
                    again = true;
                    return await TryCompleteAsync(upload, parts, etag, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (BlobException gone) when (gone.Problem == BlobProblem.NotFound)
        {
            if (!await connection.RunAsync(
                "look for an object", 0, token => IsThereAsync(upload.Key, length, etag, token), cancellationToken).ConfigureAwait(false))
                throw;
        }
    }

    /// <summary>Drops an upload with all its parts; nothing happens if there is none.</summary>
    public async Task AbortAsync(string key, string token, CancellationToken cancellationToken)
    {
        var name = bucket.ObjectName(key);
        try
        {
            await connection.RunAsync(
                "drop an upload", 0, t => connection.Client.AbortMultipartUploadAsync(bucket.Name, name, token, t), cancellationToken).ConfigureAwait(false);
        }
        catch (BlobException gone) when (gone.Problem == BlobProblem.NotFound)
        {
        }
    }

    private async Task<bool> TryCompleteAsync(BlobUpload upload, IReadOnlyList<S3PartTag> parts, string? etag, CancellationToken cancellationToken)
    {
        var answer = await connection.Client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest
            {
                BucketName = bucket.Name,
                Key = bucket.ObjectName(upload.Key),
                UploadId = upload.Token,
                PartETags =
                [
                    .. parts.Select((p, i) => new PartETag { PartNumber = i + 1, ETag = p.Etag, ChecksumCRC32C = p.Crc32C.Length > 0 ? p.Crc32C : null }),
                ],
            },
            cancellationToken).ConfigureAwait(false);
        // S3 begins its answer with 200 before it is done, and may go on with an error.
        if (string.IsNullOrEmpty(answer.ETag))
            throw new S3AnswerException("it answered 200 and an error.");
        if (etag is not null && answer.ETag.Trim('"') != etag)
            throw new BlobException(
                BlobProblem.Damaged, $"S3 put '{upload.Key}' together from other parts than those that were sent. Delete it and send it again.");
        return true;
    }

    private async Task<bool> IsThereAsync(string key, long length, string? etag, CancellationToken cancellationToken)
    {
        try
        {
            var found = await connection.Client.GetObjectMetadataAsync(bucket.Name, bucket.ObjectName(key), cancellationToken).ConfigureAwait(false);
            return found.ContentLength == length && (etag is null || found.ETag?.Trim('"') == etag);
        }
        catch (Amazon.S3.AmazonS3Exception none) when (none.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
