using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Headroom.Search.Documents;

/// <summary>The values of a field as they are sent: a text, a number, a truth value, or an array of these; null is no value. All become texts.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record FieldValues(IReadOnlyList<string> Values)
{
    /// <summary>By name; fields without a value are left out.</summary>
    public static Dictionary<string, IReadOnlyList<string>> ToFields(Dictionary<string, FieldValues?>? fields) =>
        fields?.Where(f => f.Value?.Values.Count > 0).ToDictionary(f => f.Key, f => f.Value!.Values, StringComparer.Ordinal) ?? [];

    internal sealed class Reader : JsonConverter<FieldValues>
    {
        public override FieldValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                return new FieldValues([Value(ref reader)]);
            var values = new List<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (values.Count == NewDocument.MaxFieldValues)
                    throw new JsonException();
                if (reader.TokenType != JsonTokenType.Null)
                    values.Add(Value(ref reader));
            }
            return new FieldValues(values);
        }

        public override void Write(Utf8JsonWriter writer, FieldValues value, JsonSerializerOptions options) => throw new NotSupportedException();

        private static string Value(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    return Text(ref reader);
                case JsonTokenType.Number:
                    return Encoding.UTF8.GetString(
                        reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
                case JsonTokenType.True or JsonTokenType.False:
                    return reader.GetBoolean().ToString(CultureInfo.InvariantCulture).ToLowerInvariant();
                default:
                    throw new JsonException();
            }
        }

        private static string Text(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException problem)
            {
                throw new JsonException("Half of a surrogate pair, or bytes that are not UTF-8.", problem);
            }
        }
    }
}
