using Headroom.Durability;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Files;

/// <summary>A file without a name of its own yet. It goes when it is disposed, unless it was published before.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly long _setAside;
    private string? _path;

    /// <exception cref="BlobException">The disk is full.</exception>
    public ScratchFile(string path, long setAside)
    {
        _setAside = setAside;
        try
        {
            Handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.None, setAside);
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, path, whileSettingAside: true);
        }
        _path = Name = path;
    }

    /// <summary>Where it is, for messages.</summary>
    public string Name { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>Gives the file its name, so that a power failure at any moment leaves the old content or the new one.</summary>
    /// <param name="target">The name; a file that has it is replaced.</param>
    /// <param name="length">The file's length; what was set aside beyond it is given back.</param>
    public void Replace(string target, long length) => Publish(target, length, syncedBefore: true);

    /// <summary>
    /// Gives the file its name. A power failure before this returns may leave a name with half the content, so it is for
    /// what nobody relies on before; in return a journal takes content and name in one turn.
    /// </summary>
    /// <inheritdoc cref="Replace"/>
    public void Publish(string target, long length) => Publish(target, length, syncedBefore: false);

    public void Dispose()
    {
        Handle.Dispose();
        if (_path is { } path)
            File.Delete(path);
        _path = null;
    }

    private void Publish(string target, long length, bool syncedBefore)
    {
        try
        {
            if (length < _setAside)
                RandomAccess.SetLength(Handle, length);
            if (syncedBefore)
                RandomAccess.FlushToDisk(Handle);
            File.Move(_path!, target, overwrite: true);
            // What can't be written through must not keep the name.
            _path = target;
            if (!syncedBefore)
                RandomAccess.FlushToDisk(Handle);
            DurableFolder.Flush(Path.GetDirectoryName(target)!);
            _path = null;
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, target);
        }
    }
}
