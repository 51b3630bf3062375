using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headroom.Bench.Sentences;

namespace Headroom.Bench.Submissions;

/// <summary>Submissions as Tally posts them, of about two kilobytes, signed, made from a seed. Each has a word that no other has.</summary>
internal sealed class SignedSubmissions
{
    private const int Seed = 20_261_121;

    private static readonly object Attachment =
        new { id = "x", name = "photo.jpg", url = "https://storage.example.org/photo.jpg", mimeType = "image/jpeg", size = 51_200 };

    private readonly string[] _texts;
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>Makes and signs them all: that is not what is measured.</summary>
    public SignedSubmissions(int count)
    {
        _texts = SentenceSource.Make(count, Seed);
        Requests = [.. Enumerable.Range(0, count).Select(Request)];
    }

    /// <summary>What the server has to know.</summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>The whole HTTP request of each.</summary>
    public IReadOnlyList<byte[]> Requests { get; }

    /// <summary>The id of its document.</summary>
    public string Id(int number) => $"tally:{Submission(number)}";

    /// <summary>What only this one says.</summary>
    public string Word(int number) => $"ref{_run}x{number}q";

    private byte[] Request(int number)
    {
        var body = Encoding.UTF8.GetBytes(Body(number));
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));
        return [
            .. Encoding.ASCII.GetBytes($"POST /webhook/tally HTTP/1.1\r\nHost: webhook.test\r\nContent-Type: application/json\r\nTally-Signature: "
                + $"{signature}\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }

    private string Submission(int number) => $"{_run}-{number}";

    private string Body(int number)
    {
        string[] topics = ["Billing", "Delivery", "A fault", "Something else"];
        var options = topics.Select((text, i) => new { id = $"{_run}-option-{i}", text }).ToArray();
        object Field(int question, string label, string type, object value) => new { key = $"question_{question}", label, type, value };
        var topic = options[number % options.Length].id;
        return JsonSerializer.Serialize(
            new
            {
                eventId = $"event-{Submission(number)}",
                eventType = "FORM_RESPONSE",
                createdAt = "2026-11-21T15:00:21.889Z",
                data = new
                {
                    responseId = Submission(number),
                    submissionId = Submission(number),
                    respondentId = "dwQKYm",
                    formId = "VwbNEw",
                    formName = "Contact us",
                    createdAt = "2026-11-21T15:00:21.000Z",
                    fields = (object[])
                    [
                        Field(1, "What is it about?", "TEXTAREA", _texts[number]),
                        Field(2, "Reference", "INPUT_TEXT", Word(number)),
                        Field(3, "Your e-mail", "INPUT_EMAIL", $"person{number}@example.org"),
                        Field(4, "How satisfied are you?", "LINEAR_SCALE", number % 10),
                        new { key = "question_5", label = "Topics", type = "CHECKBOXES", value = (string[])[topic], options },
                        .. options.Select(o => Field(5, $"Topics ({o.text})", "CHECKBOXES", o.id == topic)),
                        new { key = "question_6", label = "Attachments", type = "FILE_UPLOAD", value = new[] { Attachment } },
                    ],
                },
            },
            BenchJson.Plain);
    }
}
