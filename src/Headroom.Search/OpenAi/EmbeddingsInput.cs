using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.OpenAi;

/// <summary>The texts of a request: a string or an array of strings.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record EmbeddingsInput(string[] Texts)
{
    /// <summary>As OpenAI has it.</summary>
    public const int MaxTexts = 2048;

    internal sealed class Reader : JsonConverter<EmbeddingsInput>
    {
        public override EmbeddingsInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                return new EmbeddingsInput([Text(ref reader)]);
            var texts = new List<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (texts.Count == MaxTexts)
                    throw Bad($"input has more than {MaxTexts} texts. Send them in several requests.");
                texts.Add(Text(ref reader));
            }
            return texts.Count > 0 ? new EmbeddingsInput([.. texts]) : throw Bad("input is an empty array. Send a string, or an array of strings.");
        }

        public override void Write(Utf8JsonWriter writer, EmbeddingsInput value, JsonSerializerOptions options) => throw new NotSupportedException();

        private static string Text(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is JsonTokenType.Number or JsonTokenType.StartArray)
                throw Bad("input has tokens. They are another model's: send the texts themselves, as strings.");
            if (reader.TokenType != JsonTokenType.String)
                throw Bad("input must be a string, or an array of strings.");
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException problem)
            {
                throw new OpenAiException(
                    StatusCodes.Status400BadRequest,
                    "input has half of a surrogate pair, or bytes that are not UTF-8. Send well-formed text.",
                    "input",
                    "invalid_text",
                    problem);
            }
        }

        private static OpenAiException Bad(string message) => new(StatusCodes.Status400BadRequest, message, "input", "invalid_input");
    }
}
