using Headroom.Keys;
using Microsoft.Extensions.Configuration;

namespace Headroom.Web.Sealing;

/// <summary>
/// Where the master keys are: one ring for the whole server. The settings are named after uploads, for which there were
/// master keys first; they count whichever services are on.
/// </summary>
public sealed class MasterKeyOptions
{
    /// <summary>The file in the data folder, unless another is configured.</summary>
    public const string FileName = "master.keys";

    private readonly string? _keys;

    private MasterKeyOptions(string? keys, string path) => (_keys, Path) = (keys, path);

    /// <summary>The key file; not used when the keys stand in the environment.</summary>
    public string Path { get; }

    /// <summary>Reads <c>Uploads:MasterKeys</c> and <c>Uploads:MasterKeyFile</c>.</summary>
    /// <param name="configuration">The program's section.</param>
    /// <param name="dataFolder">Where the key file is unless it is configured.</param>
    public static MasterKeyOptions Read(IConfiguration configuration, string dataFolder)
    {
        var section = configuration.GetSection("Uploads");
        return new MasterKeyOptions(
            section["MasterKeys"], section["MasterKeyFile"] is { Length: > 0 } file ? file : System.IO.Path.Combine(dataFolder, FileName));
    }

    /// <summary>Opens the keys.</summary>
    /// <param name="mustBeThere">
    /// Whether something is encrypted already: then a key file that is missing is lost, and must be found; otherwise it is made.
    /// </param>
    /// <exception cref="MasterKeyException">They are missing, or can't be used.</exception>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public MasterKeyRing Open(bool mustBeThere) =>
        _keys is { Length: > 0 } ? MasterKeyRing.Parse(_keys) : mustBeThere ? MasterKeyFile.Open(Path) : MasterKeyFile.OpenOrCreate(Path);

    /// <summary>Puts a new master key in front of the key file. A server takes it at its next start, and puts what is encrypted under it.</summary>
    /// <returns>The new key's id.</returns>
    /// <exception cref="MasterKeyException">The keys are not in a file, or it can't be used.</exception>
    public MasterKeyId Rotate() => _keys is { Length: > 0 }
        ? throw new MasterKeyException(
            "The master keys are in HEADROOM__UPLOADS__MASTERKEYS, not in a file. "
            + "Put a new one in front of them there (`openssl rand -base64 32`), keep the others, and restart.")
        : MasterKeyFile.Rotate(Path);
}
