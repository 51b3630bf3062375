using Headroom.AspNetCore.Problems;
using Headroom.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Headroom.Faces.Photos;

/// <summary>
/// Receives a photo into leased segments: a raw image body, or one file field of a multipart form. Nothing is spooled
/// to disk and nothing is read before the lease is there.
/// </summary>
internal sealed class PhotoReceiver(SegmentPool segments)
{
    private const int MaxBoundary = 200;

    /// <summary>What the multipart reader looks for boundaries in; its own default makes four times as many reads.</summary>
    private const int BufferBytes = 16 * 1024;

    /// <summary>Receives the photo.</summary>
    /// <param name="request">The request, admitted.</param>
    /// <param name="field">The name of the multipart field.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">There is no photo, or more than one.</exception>
    public async Task<SegmentedBuffer> ReceiveAsync(HttpRequest request, string field, CancellationToken cancellationToken)
    {
        var photo = new SegmentedBuffer(segments);
        try
        {
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
                await ReceiveRawAsync(request, type, field, photo, cancellationToken);
            else
                await ReceiveMultipartAsync(request, type, field, photo, cancellationToken);
            return photo.Length > 0 ? photo : throw Bad($"The photo is empty. Send a JPEG, PNG or WebP file as field '{field}' or as the body.");
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException and not (BadHttpRequestException or ConnectionResetException))
        {
            photo.Dispose();
            throw Bad("The body is no whole multipart form: it ends before its last boundary, or one of its headers is too long. Send it again.");
        }
        catch
        {
            photo.Dispose();
            throw;
        }
    }

    private static async Task ReceiveRawAsync(
        HttpRequest request, MediaTypeHeaderValue? type, string field, SegmentedBuffer photo, CancellationToken cancellationToken)
    {
        if (type is not null
            && (type.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)))
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported-body",
                $"A body of type '{type.MediaType}' is no photo. Send the image itself (image/jpeg, image/png, "
                + $"image/webp) or a multipart form with the field '{field}'.");
        await CopyAsync(request.Body, photo, cancellationToken);
    }

    private static async Task ReceiveMultipartAsync(
        HttpRequest request, MediaTypeHeaderValue type, string field, SegmentedBuffer photo, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || string.IsNullOrEmpty(boundary)
            || boundary.Length > MaxBoundary)
            throw Bad("The multipart body needs the type multipart/form-data and a boundary of at most 200 characters.");
        var reader = new MultipartReader(boundary, request.Body, BufferBytes) { HeadersCountLimit = 16, HeadersLengthLimit = 4096 };
        var found = false;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
                : null;
            if (name != field)
                throw Bad($"The form has a field '{name}'. Send one file in the field '{field}' and nothing else.");
            if (found)
                throw Bad($"The form has more than one file. Send one file in the field '{field}'.");
            found = true;
            await CopyAsync(section.Body, photo, cancellationToken);
        }
        if (!found)
            throw Bad($"The form has no file. Send one in the field '{field}'.");
    }

    private static async Task CopyAsync(Stream body, SegmentedBuffer photo, CancellationToken cancellationToken)
    {
        while (await body.ReadAsync(photo.GetMemory(), cancellationToken) is var read and > 0)
            photo.Advance(read);
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "bad-photo-body", detail);
}
