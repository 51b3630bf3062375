using System.Text;
using Headroom.Keys;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;
using Headroom.Uploads.State;

namespace Headroom.Uploads.Writing;

/// <summary>
/// The keys of files, and the texts that are encrypted under them: the database shows no more names than the store does.
/// A text is kept as a manifest without parts; it can't pass for the file's own, whose fingerprint is on record.
/// </summary>
internal sealed class UploadSecrets(MasterKeyRing masterKeys)
{
    /// <summary>Makes the key of a new file.</summary>
    public (FileKey Key, byte[] Wrapped) Create(Guid fileId)
    {
        var key = FileKey.Create(fileId);
        return (key, masterKeys.Wrap(key));
    }

    /// <summary>The key of a file; dispose it.</summary>
    public FileKey Open(Upload upload) => masterKeys.Unwrap(upload.Id, upload.WrappedKey);

    /// <summary>The file's key under the current master key; null if it is that already.</summary>
    public byte[]? Rewrap(Upload upload) => masterKeys.IsCurrent(upload.WrappedKey) ? null : masterKeys.Rewrap(upload.Id, upload.WrappedKey);

    /// <summary>Encrypts two texts.</summary>
    public static byte[] Seal(FileKey key, string name, string contentType)
    {
        var text = Manifest.Create(name, contentType, []);
        var bytes = new byte[text.SealedBytes];
        text.Seal(key, bytes);
        return bytes;
    }

    /// <summary>The name and content type of a file, as they were sent.</summary>
    public (string Name, string ContentType) Describe(Upload upload)
    {
        using var key = Open(upload);
        var text = Manifest.Open(key, upload.Description);
        return (text.Name, text.ContentType);
    }

    /// <summary>What a tus client sent as <c>Upload-Metadata</c>; null if nothing.</summary>
    public string? TusMetadata(Upload upload)
    {
        if (upload.TusMetadata is not { } metadata)
            return null;
        using var key = Open(upload);
        return Manifest.Open(key, metadata).Name;
    }

    /// <summary>Whether a text can be kept: it is Unicode, and not too long.</summary>
    public static bool Fits(string text, int maxBytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetByteCount(text) <= maxBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
