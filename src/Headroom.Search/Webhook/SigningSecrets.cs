using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Headroom.Search.Webhook;

/// <summary>
/// The secrets that submissions are signed with: the current one, and the previous one while it is being replaced. A
/// signature is the HMAC-SHA256 of the body's bytes as they came, in Base64 (tally.so/help/webhooks). The secrets are
/// kept in no text and told to nobody.
/// </summary>
internal sealed class SigningSecrets
{
    /// <summary>The header that a signature comes in.</summary>
    public const string Header = "Tally-Signature";

    /// <summary>The variable of the current secret.</summary>
    public const string Variable = "TALLY_SIGNING_SECRET";

    /// <summary>The variable of the one before.</summary>
    public const string PreviousVariable = "TALLY_SIGNING_SECRET_PREVIOUS";

    /// <summary>Bytes that a secret has at least, as UTF-8: shorter ones can be guessed from one signed body, without asking the server.</summary>
    public const int LeastBytes = 16;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureBytes = HMACSHA256.HashSizeInBytes;

    /// <summary>Characters of a signature in Base64.</summary>
    private const int SignatureLength = (SignatureBytes + 2) / 3 * 4;

    private readonly byte[][] _keys;

    private SigningSecrets(params IEnumerable<byte[]?> keys) => _keys = [.. keys.OfType<byte[]>()];

    /// <summary>Whether there is none: nothing can be verified.</summary>
    public bool IsEmpty => _keys.Length == 0;

    /// <summary>Reads both variables; an empty one counts as none.</summary>
    /// <exception cref="InvalidOperationException">One is too short; the message names the variable.</exception>
    public static SigningSecrets Read(IConfiguration configuration) => new(Key(configuration, Variable), Key(configuration, PreviousVariable));

    /// <summary>Reads a signature from the headers of a request.</summary>
    /// <param name="header">All headers of the name.</param>
    /// <param name="signature">Where to: <see cref="SignatureBytes"/>.</param>
    /// <returns>False when there is not exactly one, or it can't be a signature.</returns>
    public static bool TryParse(StringValues header, Span<byte> signature) =>
        header is [{ Length: SignatureLength } text] && Convert.TryFromBase64String(text, signature, out var written) && written == SignatureBytes;

    private static byte[]? Key(IConfiguration configuration, string variable)
    {
        if (configuration[variable] is not { Length: > 0 } secret)
            return null;
        var key = Encoding.UTF8.GetBytes(secret);
        return key.Length >= LeastBytes
            ? key
            : throw new InvalidOperationException(
                $"{variable} has {key.Length} bytes; a secret that nobody guesses has {LeastBytes} at least. "
                + "Let Tally make one, or take what `openssl rand -base64 32` prints, and set it on both sides.");
    }

    /// <summary>Starts to verify a body.</summary>
    public SignatureCheck Begin() => new(_keys);
}
