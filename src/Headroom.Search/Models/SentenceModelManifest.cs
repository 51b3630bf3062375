using System.Text.Json.Serialization;

namespace Headroom.Search.Models;

/// <summary>
/// What <c>manifest.json</c> in a model's folder says of it. To use a model of your own, write one beside it and name the
/// folder in <c>HEADROOM__SEARCH__MODEL</c>.
/// </summary>
/// <param name="Name">Its name; letters, digits, '.', '_' and '-'.</param>
/// <param name="File">The .onnx file, in the same folder.</param>
/// <param name="Sha256">That file's hash, lower-case hexadecimal.</param>
/// <param name="Tokenizer">How texts become tokens.</param>
/// <param name="Vocabulary">The tokenizer's file, in the same folder: <c>vocab.json</c> for unigram, <c>vocab.txt</c> for WordPiece.</param>
/// <param name="MaxTokens">Most tokens of a text, marks included; what comes after is not read. 2 to 8192.</param>
/// <param name="Pooling">How the tokens' vectors become one.</param>
/// <param name="Dimensions">Numbers of a vector; 1 to 8192.</param>
/// <param name="Normalize">Give vectors the length 1, so that their product is the cosine.</param>
/// <param name="Lowercase">WordPiece: lower case without accents, for «uncased» models.</param>
/// <param name="Shortenable">The model was trained so that the first numbers of a vector are a vector too (A. Kusupati et al., arXiv:2205.13147).</param>
/// <param name="ResidentMb">What it holds while loaded beside its mapped weights, in units of 1,048,576 bytes.</param>
/// <param name="TokenKb">What a run holds for each padded token, in units of 1,024 bytes; corrected by what is measured.</param>
internal sealed record SentenceModelManifest(
    string Name,
    string File,
    string Sha256,
    TokenizerKind Tokenizer,
    string Vocabulary,
    int MaxTokens,
    Pooling Pooling,
    int Dimensions,
    bool Normalize = true,
    bool Lowercase = true,
    bool Shortenable = false,
    double ResidentMb = 16,
    double TokenKb = 64);

/// <summary>How texts become tokens.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenizerKind>))]
internal enum TokenizerKind
{
    /// <summary>SentencePiece unigram.</summary>
    Unigram,

    /// <summary>BERT's WordPiece.</summary>
    WordPiece,
}

/// <summary>How the vectors of a text's tokens become one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Pooling>))]
internal enum Pooling
{
    /// <summary>The model's output is one already.</summary>
    None,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first token's.</summary>
    Cls,
}

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SentenceModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
