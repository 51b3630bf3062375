using Headroom.Uploads.Format;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Headroom.Uploads.Files;

/// <summary>
/// What a request's headers make of an answer: RFC 9110, sections 13 (conditions) and 14 (ranges). A file's content never
/// changes, so the id is a strong entity tag; dates are no validators here and are ignored, as the RFC allows.
/// </summary>
internal readonly record struct FileConditions(int Status, PlaintextRange Range)
{
    /// <summary>Decides.</summary>
    /// <param name="request">GET or HEAD.</param>
    /// <param name="tag">The file's entity tag.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>200, 206 with a range, 304, 412 or 416.</returns>
    public static FileConditions Of(HttpRequest request, EntityTagHeaderValue tag, long length)
    {
        var headers = request.GetTypedHeaders();
        var whole = new PlaintextRange(0, length);
        if (headers.IfMatch is { Count: > 0 } wanted && !wanted.Any(w => IsAny(w) || w.Compare(tag, useStrongComparison: true)))
            return new FileConditions(StatusCodes.Status412PreconditionFailed, default);
        if (headers.IfNoneMatch is { Count: > 0 } known && known.Any(k => IsAny(k) || k.Compare(tag, useStrongComparison: false)))
            return new FileConditions(StatusCodes.Status304NotModified, default);
        // Of several ranges the whole file is sent, as the RFC allows: clients that ask for many are rare, or attack.
        if (!HttpMethods.IsGet(request.Method)
            || headers.Range is not { Ranges.Count: 1 } asked
            || asked.Unit != "bytes"
            || !MayHaveRange(request, headers, tag))
            return new FileConditions(StatusCodes.Status200OK, whole);
        return Cut(asked.Ranges.Single(), length) is { } range
            ? new FileConditions(StatusCodes.Status206PartialContent, range)
            : new FileConditions(StatusCodes.Status416RangeNotSatisfiable, default);
    }

    private static bool IsAny(EntityTagHeaderValue tag) => tag.Equals(EntityTagHeaderValue.Any);

    /// <summary>A range of another version is of no use to anyone; neither is one whose condition can't be understood.</summary>
    private static bool MayHaveRange(HttpRequest request, RequestHeaders headers, EntityTagHeaderValue tag) =>
        request.Headers.IfRange.Count == 0 || (headers.IfRange?.EntityTag is { } version && version.Compare(tag, useStrongComparison: true));

    private static PlaintextRange? Cut(RangeItemHeaderValue range, long length)
    {
        // «-5»: the last five bytes, or all there are.
        if (range.From is not { } from)
            return range.To is > 0 and { } suffix && length > 0 ? new PlaintextRange(Math.Max(0, length - suffix), Math.Min(suffix, length)) : null;
        if (from >= length)
            return null;
        var last = Math.Min(range.To ?? long.MaxValue, length - 1);
        return new PlaintextRange(from, last - from + 1);
    }
}
