namespace Headroom.Search.OpenAi;

/// <summary>Ends a request with an error as OpenAI's clients read it.</summary>
internal sealed class OpenAiException(int status, string message, string? param, string code, Exception? inner = null) : Exception(message, inner)
{
    public int Status => status;

    public ErrorAnswer Answer { get; } = new(OpenAiErrors.Body(status, message, param, code));
}
