using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headroom.Hostile.Http;

#pragma warning disable CA5394 // Spoilt requests, not secrets.

/// <summary>Ways to spoil a valid request. The same random numbers make the same request again.</summary>
internal static class Mutations
{
    private static readonly string[] Texts =
    [
        "", " ", "null", "-1", "0", "1e400", "99999999999999999999", "9223372036854775807", "%00", "%", "%zz", "..%2f..%2fetc%2fpasswd", "../..", "%2e%2e",
        "\u00e9\u00ff", "%f0%9f%98%80", "a\"b'c;--", "'; DROP TABLE staff; --", "{}", "[]", "NaN", "true", "00000000000000000000000000000000",
        "2026-13-45T99:99:99Z", "bytes=-1", "bytes=5-1", "bytes=0-0,1-1,2-2", "*", "*/*", "gzip", "multipart/form-data", "multipart/form-data; boundary=",
        "text/plain", "application/json; charset=utf-16", "image/svg+xml", new string('a', 300), new string('9', 400), new string('a', 20_000), "\t", "a,b,c",
    ];

    private static readonly string[] Names =
    [
        "Content-Type", "Range", "If-Match", "If-None-Match", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum", "Upload-Defer-Length",
        "Upload-Concat", "Tus-Resumable", "X-HTTP-Method-Override", "Accept", "Accept-Encoding", "Content-Encoding", "Expect", "Tally-Signature", "X-Api-Key",
        "Cookie", "Forwarded", "X-Forwarded-For", "Host", "Connection", "Upgrade", "Origin", "Access-Control-Request-Method", "Content-MD5", "TE", "Trailer",
    ];

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PRI", "get", "LINK"];

    public static RawRequest Spoil(Random random, RawRequest request)
    {
        var times = 1 + random.Next(3);
        for (var i = 0; i < times; i++)
            request = Once(random, request);
        // Half of the spoilt submissions are signed, so that they get past the signature.
        return request.Target.StartsWith("/webhook", StringComparison.Ordinal) && random.Next(2) == 0
            ? request with { Headers = [.. request.Headers.Where(h => h.Name != "Tally-Signature"), ("Tally-Signature", ValidRequests.Sign(request.Body))] }
            : request;
    }

    private static RawRequest Once(Random random, RawRequest request) => random.Next(14) switch
    {
        0 => request with { Method = Pick(random, Methods) },
        1 => request with { Target = SpoilPath(random, request.Target) },
        2 => request with { Target = SpoilQuery(random, request.Target) },
        3 => request with { Headers = SpoilHeaders(random, request.Headers) },
        4 => request with { Headers = [.. request.Headers, (Pick(random, Names), Pick(random, Texts))] },
        5 when random.Next(4) == 0 => request with { Framing = (Framing)random.Next(Enum.GetValues<Framing>().Length) },
        6 => request with { Body = Flip(random, request.Body) },
        7 => request with { Body = request.Body[..random.Next(request.Body.Length + 1)] },
        8 => request with { Body = Repeat(random, request.Body) },
        9 => request with { Body = Noise(random) },
        _ => request with { Body = SpoilJson(random, request.Body) },
    };

    private static string SpoilPath(Random random, string target)
    {
        var path = target.Split('?')[0].Split('/');
        path[random.Next(path.Length)] = Pick(random, Texts);
        return InLine(string.Join('/', path));
    }

    private static string SpoilQuery(Random random, string target)
    {
        string[] names = ["limit", "cursor", "from", "to", "state", "direction", "guest", "x", "", "limit[]", "staff_id"];
        var query = string.Join('&', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => $"{Pick(random, names)}={Pick(random, Texts)}"));
        return InLine(target.Split('?')[0] + '?' + query);
    }

    private static (string Name, string Value)[] SpoilHeaders(Random random, IReadOnlyList<(string Name, string Value)> headers)
    {
        if (headers.Count == 0)
            return [(Pick(random, Names), Pick(random, Texts))];
        var at = random.Next(headers.Count);
        return random.Next(3) switch
        {
            0 => [.. headers.Where((_, i) => i != at)],
            1 => [.. headers, headers[at]],
            _ => [.. headers.Select((h, i) => i == at ? (h.Name, Pick(random, Texts)) : h)],
        };
    }

    private static byte[] Flip(Random random, byte[] body)
    {
        var spoilt = body.ToArray();
        for (var i = 0; spoilt.Length > 0 && i <= random.Next(8); i++)
            spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
        return spoilt;
    }

    /// <summary>A piece of it again and again, up to a megabyte.</summary>
    private static byte[] Repeat(Random random, byte[] body)
    {
        if (body.Length == 0)
            return body;
        var from = random.Next(body.Length);
        var piece = body.AsSpan(from, 1 + random.Next(Math.Min(200, body.Length - from))).ToArray();
        var times = 1 << random.Next(12);
        return [.. body.AsSpan(0, from), .. Enumerable.Repeat(piece, Math.Min(times, (1 << 20) / piece.Length)).SelectMany(p => p), .. body.AsSpan(from)];
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(4096)];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] SpoilJson(Random random, byte[] body)
    {
        try
        {
            return SpoilValue(random, JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }));
        }
        catch (Exception spoilt) when (spoilt is JsonException or InvalidOperationException)
        {
            // What was spoilt before can't be read any more, or not be written.
            return Flip(random, body);
        }
    }

    private static byte[] SpoilValue(Random random, JsonNode? root)
    {
        // Somewhere along a random way down one value becomes another; it is written as raw text, for what no serializer would write.
        var (from, to) = ("\"here it is\"", Value(random));
        var node = root;
        while (node is not null)
        {
            switch (node)
            {
                case JsonObject { Count: > 0 } members when random.Next(6) > 0:
                    var name = members.ElementAt(random.Next(members.Count)).Key;
                    if (members[name] is JsonObject or JsonArray && random.Next(3) > 0)
                    {
                        node = members[name];
                        continue;
                    }
                    members[name] = "here it is";
                    break;
                case JsonObject members:
                    members[Pick(random, Texts)] = "here it is";
                    break;
                case JsonArray { Count: > 0 } items:
                    items[random.Next(items.Count)] = "here it is";
                    break;
                default:
                    return Encoding.UTF8.GetBytes(to);
            }
            break;
        }
        return Encoding.UTF8.GetBytes((root?.ToJsonString() ?? "null").Replace(from, to, StringComparison.Ordinal));
    }

    private static string Value(Random random) => random.Next(9) switch
    {
        0 => JsonSerializer.Serialize(Pick(random, Texts)),
        1 => string.Concat(Enumerable.Repeat("[", 1 << random.Next(14))),
        2 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(2) * 2 - 1}{new string('9', 1 + random.Next(400))}"),
        3 => '{' + string.Join(',', Enumerable.Range(0, 1 << random.Next(15)).Select(i => $"\"{i:x}\":{i}")) + '}',
        4 => '[' + string.Join(',', Enumerable.Repeat("0", 1 << random.Next(16))) + ']',
        5 => JsonSerializer.Serialize(string.Concat(Enumerable.Repeat("bomb ", 1 << random.Next(17)))),
        6 => "\"\\ud800\"",
        7 => Pick(random, ["null", "true", "-0", "1e-400", "{}", "[]", "\"\"", "[[]]"]),
        _ => "{\"a\":1,\"a\":2}",
    };

    /// <summary>What can stand in a request line at all: a space or a line's end would only be another request.</summary>
    private static string InLine(string target) => target.Length == 0 ? "/" : target.Replace(' ', '+').Replace('\t', '+');

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
