using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Headroom.Blobs.S3;

/// <summary>
/// One store's part of a bucket:
/// <code>
/// PREFIX objects/KEY           complete objects, and multipart uploads of them
/// PREFIX pieces/KEY/OFFSET     appended bytes that are too few for a part yet; OFFSET has 20 digits
/// </code>
/// </summary>
internal sealed class S3Bucket(S3Connection connection, S3StoreOptions options)
{
    // Over http the SDK must sign what it sends, and reads it twice; https protects it anyway.
    private readonly bool _unsigned = options.Endpoint.Scheme == Uri.UriSchemeHttps;

    public string Name => options.Bucket;

    public string Objects => options.Prefix + "objects/";

    public string Pieces => options.Prefix + "pieces/";

    public string ObjectName(string key) => Objects + Checked(key);

    public string PiecesOf(string key) => Pieces + Checked(key) + "/";

    public string PieceName(string key, long offset) => PiecesOf(key) + offset.ToString("D20", null);

    public Task<string> InitiateAsync(string key, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = Name, Key = ObjectName(key) };
        if (options.SendChecksums)
            (request.ChecksumAlgorithm, request.ChecksumType) = (ChecksumAlgorithm.CRC32C, ChecksumType.COMPOSITE);
        return connection.RunAsync(
            "begin an upload",
            0,
            async token => (await connection.Client.InitiateMultipartUploadAsync(request, token).ConfigureAwait(false)).UploadId,
            cancellationToken);
    }

    /// <param name="upload">The upload.</param>
    /// <param name="number">S3's own number of the part: 1 to 10,000.</param>
    /// <param name="content">The part.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<S3PartTag> UploadPartAsync(BlobUpload upload, int number, S3Content content, CancellationToken cancellationToken) =>
        connection.RunAsync(
            $"take part {number}",
            content.Length,
            async token =>
            {
                using var stream = content.Open();
                var request = new UploadPartRequest
                {
                    BucketName = Name,
                    Key = ObjectName(upload.Key),
                    UploadId = upload.Token,
                    PartNumber = number,
                    InputStream = stream,
                    PartSize = content.Length,
                    MD5Digest = content.Md5,
                    ChecksumCRC32C = options.SendChecksums ? content.Crc32C : null,
                    UseChunkEncoding = false,
                    DisablePayloadSigning = _unsigned,
                };
                var answer = await connection.Client.UploadPartAsync(request, token).ConfigureAwait(false);
                return new S3PartTag(CheckEtag(answer.ETag, content), options.SendChecksums ? content.Crc32C : "");
            },
            cancellationToken);

    public Task PutAsync(string name, S3Content content, CancellationToken cancellationToken) =>
        connection.RunAsync(
            "take an object",
            content.Length,
            async token =>
            {
                using var stream = content.Open();
                var request = new PutObjectRequest
                {
                    BucketName = Name,
                    Key = name,
                    InputStream = stream,
                    AutoCloseStream = false,
                    MD5Digest = content.Md5,
                    ChecksumCRC32C = options.SendChecksums ? content.Crc32C : null,
                    UseChunkEncoding = false,
                    DisablePayloadSigning = _unsigned,
                };
                return CheckEtag((await connection.Client.PutObjectAsync(request, token).ConfigureAwait(false)).ETag, content);
            },
            cancellationToken);

    /// <summary>Asks for an object's bytes; their stream is read outside of any deadline.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="end">Where to end.</param>
    /// <param name="etag">Which version it must be, if that matters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Nothing when the object ends before <paramref name="offset"/>.</returns>
    public Task<GetObjectResponse?> GetAsync(string name, long offset, long end, string? etag, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = Name, Key = name, EtagToMatch = etag };
        if (offset > 0 || end < long.MaxValue)
            request.ByteRange = new ByteRange(end == long.MaxValue ? $"bytes={offset}-" : $"bytes={offset}-{end - 1}");
        return connection.RunAsync(
            "give an object",
            0,
            async token =>
            {
                try
                {
                    return await connection.Client.GetObjectAsync(request, token).ConfigureAwait(false);
                }
                catch (AmazonS3Exception past) when (past.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return null;
                }
            },
            cancellationToken);
    }

    /// <summary>Reads from an answer; a server that stalls doesn't keep the caller.</summary>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> destination, CancellationToken cancellationToken) =>
        await connection.InTimeAsync(token => body.ReadAsync(destination, token).AsTask(), options.CallTimeout, cancellationToken).ConfigureAwait(false);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        connection.RunAsync("delete an object", 0, token => connection.Client.DeleteObjectAsync(Name, name, token), cancellationToken);

    /// <summary>All objects whose name begins so, in the order of names.</summary>
    public async IAsyncEnumerable<S3Object> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Name, Prefix = prefix };
        do
        {
            var page = await connection.RunAsync(
                "list objects", 0, token => connection.Client.ListObjectsV2Async(request, token), cancellationToken).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? [])
                yield return found;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private string CheckEtag(string? etag, S3Content content)
    {
        var bare = etag?.Trim('"') ?? throw new S3AnswerException("the answer has no ETag.");
        return !options.EtagIsMd5 || bare.Equals(content.Etag, StringComparison.OrdinalIgnoreCase)
            ? bare
            : throw new S3AnswerException("the ETag is not the MD5 of what was sent. If the bucket is encrypted with SSE-KMS or SSE-C, turn EtagIsMd5 off.");
    }

    private static string Checked(string key)
    {
        BlobKey.Check(key);
        return key;
    }
}
