using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headroom.Onnx;
using Headroom.Search.Tokenizing;

namespace Headroom.Search.Models;

/// <summary>A folder that holds a sentence model: its manifest, its graph, its vocabulary.</summary>
internal sealed class SentenceModelFolder
{
    private const string ManifestFile = "manifest.json";
    private const long MaxManifestBytes = 64 * 1024;

    private SentenceModelFolder(string path, SentenceModelManifest manifest)
    {
        (Path, Manifest) = (path, manifest);
        Version = Fingerprint();
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What the manifest says.</summary>
    public SentenceModelManifest Manifest { get; }

    /// <summary>16 hexadecimal digits that change whenever vectors may change: vectors of two versions don't compare.</summary>
    public string Version { get; }

    /// <summary>When the model came here.</summary>
    public DateTimeOffset Created => new(System.IO.File.GetLastWriteTimeUtc(System.IO.Path.Combine(Path, ManifestFile)), TimeSpan.Zero);

    /// <summary>What is prepared.</summary>
    public ModelSource Source => new(Manifest.Name, System.IO.Path.Combine(Path, Manifest.File), Manifest.Sha256);

    /// <summary>Finds a model by the name of its folder in one of these folders, or by its folder's path.</summary>
    /// <exception cref="InvalidOperationException">There is none, or its manifest makes no sense; the message says what to change.</exception>
    public static SentenceModelFolder Find(string model, IReadOnlyList<string> folders)
    {
        var isPath = model.AsSpan().IndexOfAny("/\\") >= 0;
        var places = isPath ? [System.IO.Path.GetFullPath(model)] : folders.Select(f => System.IO.Path.Combine(f, model)).ToList();
        var path = places.FirstOrDefault(p => System.IO.File.Exists(System.IO.Path.Combine(p, ManifestFile)))
            ?? throw new InvalidOperationException(
                $"HEADROOM__SEARCH__MODEL is '{model}', but there is no {ManifestFile} in {string.Join(" or ", places)}. "
                + "Write the path of a folder that has one, or the name of a folder under models.");
        return Open(path);
    }

    /// <summary>Reads a folder's manifest.</summary>
    /// <exception cref="InvalidOperationException">It makes no sense; the message says what to change.</exception>
    public static SentenceModelFolder Open(string path)
    {
        var file = System.IO.Path.Combine(path, ManifestFile);
        try
        {
            if (new FileInfo(file).Length > MaxManifestBytes)
                throw new InvalidOperationException($"{file} is larger than {new ByteSize(MaxManifestBytes)}, too large for a manifest.");
            var manifest = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), ManifestJson.Default.SentenceModelManifest)
                ?? throw new InvalidOperationException($"{file} is empty; it has to describe the model beside it.");
            Check(manifest, file);
            return new SentenceModelFolder(path, manifest);
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{file} can't be read: {problem.Message}", problem);
        }
    }

    /// <summary>Makes the tokenizer.</summary>
    /// <exception cref="InvalidDataException">The vocabulary is not the tokenizer's.</exception>
    public ITokenizer LoadTokenizer()
    {
        var (vocabulary, tables) = (System.IO.Path.Combine(Path, Manifest.Vocabulary), UnicodeTables.Load());
        return Manifest.Tokenizer switch
        {
            TokenizerKind.WordPiece => new WordPieceTokenizer(WordPieceVocabulary.Load(vocabulary), tables, Manifest.Lowercase, Manifest.MaxTokens),
            _ => new UnigramTokenizer(UnigramVocabulary.Load(vocabulary), tables, Manifest.MaxTokens),
        };
    }

    private static void Check(SentenceModelManifest manifest, string file)
    {
        Require(
            manifest.Name.Length is > 0 and <= 100
            && manifest.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            && manifest.Name[0] != '.',
            "name",
            "1 to 100 letters, digits, '.', '_' and '-', and no '.' first");
        Require(IsFileName(manifest.File), "file", "the name of a file in the same folder");
        Require(IsFileName(manifest.Vocabulary), "vocabulary", "the name of a file in the same folder");
        Require(manifest.Sha256.Length == 64 && manifest.Sha256.All(char.IsAsciiHexDigit), "sha256", "64 hexadecimal digits, as `sha256sum` prints them");
        Require(Enum.IsDefined(manifest.Tokenizer), "tokenizer", "unigram or wordpiece");
        Require(Enum.IsDefined(manifest.Pooling), "pooling", "none, mean or cls");
        Require(manifest.MaxTokens is >= 2 and <= 8192, "max_tokens", "from 2 to 8192");
        Require(manifest.Dimensions is >= 1 and <= 8192, "dimensions", "from 1 to 8192");
        Require(manifest.ResidentMb is > 0 and <= 65536, "resident_mb", "above 0 and at most 65536");
        Require(manifest.TokenKb is > 0 and <= 65536, "token_kb", "above 0 and at most 65536");

        void Require(bool fits, string name, string what)
        {
            if (!fits)
                throw new InvalidOperationException($"{file}: {name} must be {what}.");
        }
    }

    private static bool IsFileName(string name) => name.Length > 0 && name[0] != '.' && name.AsSpan().IndexOfAny("/\\") < 0;

    private string Fingerprint()
    {
        var vocabulary = System.IO.Path.Combine(Path, Manifest.Vocabulary);
        // A vocabulary that is missing fails when the model is loaded, where it can be told and tried again.
        var pieces = System.IO.File.Exists(vocabulary) ? SHA256.HashData(System.IO.File.ReadAllBytes(vocabulary)) : [];
        var parts =
            $"{Manifest.Sha256.ToLowerInvariant()}\n{Convert.ToHexStringLower(pieces)}\n{Manifest.Tokenizer}\n{Manifest.Lowercase}\n"
            + $"{Manifest.MaxTokens}\n{Manifest.Pooling}\n{Manifest.Normalize}\n{Manifest.Dimensions}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)))[..16];
    }
}
