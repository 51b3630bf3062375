using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Documents;

/// <summary>What <c>POST /api/documents</c> takes.</summary>
internal sealed record DocumentRequest(string? Id, string? Text, Dictionary<string, FieldValues?>? Fields, string? Source)
{
    /// <summary>What is to be stored.</summary>
    /// <exception cref="ProblemException">There is no text.</exception>
    public NewDocument ToDocument() => string.IsNullOrWhiteSpace(Text)
        ? throw new ProblemException(StatusCodes.Status400BadRequest, "bad-document", "text is missing or empty. Send what is to be found as a text.")
        : new NewDocument(Id, Text, FieldValues.ToFields(Fields), Source ?? "api");
}
