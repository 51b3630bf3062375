using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Headroom.Durability;

namespace Headroom.Keys;

/// <summary>
/// Master keys in a local file that only its owner may read: <see cref="MasterKeyRing.Parse"/>'s text. Whoever loses it
/// loses every file; whoever has it and the store reads every file.
/// </summary>
public static class MasterKeyFile
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="MasterKeyException">The file is missing, can be read by others, or holds something else.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static MasterKeyRing Open(string path)
    {
        var bytes = ReadBytes(path);
        var text = Encoding.Latin1.GetChars(bytes);
        try
        {
            return MasterKeyRing.Parse(text);
        }
        catch (MasterKeyException e)
        {
            throw new MasterKeyException($"The master key file '{path}' can't be used: {e.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    /// <summary>
    /// Reads the keys, or makes the file, with one new key, if there is none. Only for a first start: with files in the
    /// store a missing key file is a loss to be reported, not a file to be made.
    /// </summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static MasterKeyRing OpenOrCreate(string path)
    {
        if (!File.Exists(path))
            Create(path);
        return Open(path);
    }

    /// <summary>
    /// Puts a new key in front, which is current for whoever opens the file from then on; the others stay, as files need
    /// them until they are re-wrapped.
    /// </summary>
    /// <returns>The new key's id.</returns>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static MasterKeyId Rotate(string path)
    {
        // The new file is also the lock: two that rotate at once would lose a key.
        var next = path + ".new";
        var file = Lock(next);
        try
        {
            using (file)
            {
                WriteNewKey(file);
                var old = ReadBytes(path);
                file.Write(old);
                CryptographicOperations.ZeroMemory(old);
                file.Flush(flushToDisk: true);
            }
            using var ring = Open(next);
            File.Move(next, path, overwrite: true);
            DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return ring.Current;
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = NewFile(temporary))
            {
                file.Write("# Headroom's master keys, the current one first. Keep a copy elsewhere: without it no upload can be read.\n"u8);
                WriteNewKey(file);
                file.Flush(flushToDisk: true);
            }
            MoveIfFirst(temporary, path);
            DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void MoveIfFirst(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its keys are the ones.
        }
    }

    private static FileStream NewFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return NewFile(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new MasterKeyException(
                $"'{path}' exists: another rotation is under way, or one was interrupted. In the second case remove it and rotate again.");
        }
    }

    private static void WriteNewKey(FileStream file)
    {
        Span<byte> line = stackalloc byte[((CommittedKey.KeyBytes + 2) / 3 * 4) + 1];
        RandomNumberGenerator.Fill(line[..CommittedKey.KeyBytes]);
        Base64.EncodeToUtf8InPlace(line, CommittedKey.KeyBytes, out var written);
        line[written] = (byte)'\n';
        file.Write(line);
        CryptographicOperations.ZeroMemory(line);
    }

    private static byte[] ReadBytes(string path)
    {
        using var file = OpenFile(path);
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & ~OwnerOnly) != UnixFileMode.None)
            throw new MasterKeyException(
                $"The master key file '{path}' can be used by others than its owner (mode {Convert.ToString((int)mode, 8)}). "
                + $"Run: chmod 600 '{path}'. If others could log in meanwhile, rotate the key.");
        if (file.Length > MaxBytes)
            throw new MasterKeyException(
                $"The master key file '{path}' has {file.Length} bytes; at most {MaxBytes} are read. It holds keys in Base64, one a line.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MasterKeyException($"The master key file '{path}' is missing. Restore it from a copy: without it no upload can be read.");
        }
    }
}
