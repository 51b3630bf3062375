using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headroom.EndToEnd.Contract;
using Headroom.EndToEnd.Running;

namespace Headroom.Hostile.Http;

/// <summary>One request or more that each described route takes: what is spoilt next.</summary>
internal static class ValidRequests
{
    public static IReadOnlyList<RawRequest> All(HostileServer server)
    {
        var photo = Photo.Unknown(5);
        var requests = new List<RawRequest>();
        foreach (var (path, methods) in new OpenApiDocument().Paths)
        {
            foreach (var method in methods)
                requests.AddRange(Bodies(method, path, photo).Select(b => new RawRequest(method, Fill(server, path) + Query(method, path), b.Headers, b.Body)));
        }
        return requests;
    }

    private static string Fill(HostileServer server, string path)
    {
        foreach (var (name, value) in server.Names)
        {
            path = name.EndsWith("{id}", StringComparison.Ordinal)
                ? path.Replace(name, name.Replace("{id}", value, StringComparison.Ordinal), StringComparison.Ordinal)
                : path.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }
        return path.Replace("{id}", server.Names["/api/uploads/{id}"], StringComparison.Ordinal);
    }

    private static string Query(string method, string path) => (method, path) switch
    {
        ("GET", "/api/attendance") => "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&limit=50",
        ("GET", "/api/staff" or "/api/files" or "/api/guest-links") => "?limit=10&cursor=",
        ("GET", "/api/documents") => "?limit=10&state=indexed",
        ("POST", "/api/clock") => "?direction=auto",
        _ => "",
    };

    private static IEnumerable<((string, string)[] Headers, byte[] Body)> Bodies(string method, string path, byte[] photo) => (method, path) switch
    {
        ("POST", "/api/clock" or "/api/staff/{id}/photos") =>
            [(Type("image/jpeg"), photo), (Type("multipart/form-data; boundary=xx"), Form(path == "/api/clock" ? "image" : "photo", photo))],
        ("POST", "/api/staff") => [Json("""{"employee_id":"e1","name":"Zoë","time_zone":"Europe/Berlin","site":"x"}""")],
        ("POST", "/v1/embeddings") =>
            [Json("""{"model":"default","input":["a b","c"],"encoding_format":"base64"}"""), Json("""{"model":"default","input":"x"}""")],
        ("POST", "/api/documents") => [Json("""{"id":"d1","text":"Please cancel","fields":{"topic":["a","b"],"who":"x"}}""")],
        ("POST", "/api/search") => [Json("""{"query":"cancel","mode":"hybrid","limit":10,"filter":{"who":"x"}}""")],
        ("POST", "/webhook/tally") => [Submission()],
        ("POST", "/api/uploads") => [Json("""{"name":"a.txt","size":5,"type":"text/plain"}""")],
        ("POST", "/api/guest-links") => [Json("""{"max_bytes":10,"max_files":1,"expires_at":"2026-12-31T00:00:00Z"}""")],
        ("PUT", _) => [(Type("application/octet-stream"), "hello"u8.ToArray())],
        ("POST", "/files") => [Tus(("Upload-Length", "5"), ("Upload-Metadata", "filename YS50eHQ=")), Tus(("Upload-Defer-Length", "1"))],
        ("PATCH" or "POST", "/files/{id}") => [Tus(("Upload-Offset", "0"), ("Upload-Checksum", "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00="))],
        ("HEAD" or "DELETE", "/files/{id}") => [Tus()],
        ("GET" or "HEAD", "/api/files/{id}") => [([("Range", "bytes=0-3"), ("If-Match", "\"x\"")], [])],
        _ => [([], [])],
    };

    private static (string, string)[] Type(string type) => [("Content-Type", type)];

    private static ((string, string)[], byte[]) Json(string body) => (Type("application/json"), Encoding.UTF8.GetBytes(body));

    private static ((string, string)[], byte[]) Tus(params (string, string)[] headers) =>
        ([("Tus-Resumable", "1.0.0"), .. Type("application/offset+octet-stream"), .. headers], "hello"u8.ToArray());

    private static byte[] Form(string field, byte[] photo) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"--xx\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"),
        .. photo,
        .. "\r\n--xx--\r\n"u8,
    ];

    private static ((string, string)[], byte[]) Submission()
    {
        var body = Encoding.UTF8.GetBytes(
            """
            {"eventId":"e","eventType":"FORM_RESPONSE","createdAt":"2026-11-21T15:00:21.889Z","data":{"responseId":"r","submissionId":"s","formId":"f",
            "formName":"Contact","createdAt":"2026-11-21T15:00:21.000Z","fields":[{"key":"k","label":"Message","type":"TEXTAREA","value":"hello"}]}}
            """);
        return ([.. Type("application/json"), ("Tally-Signature", Sign(body))], body);
    }

    public static string Sign(byte[] body) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(HostileServer.WebhookSecret), body));

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
