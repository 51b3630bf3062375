using System.Runtime.CompilerServices;
using Headroom.Blobs.Files;
using Headroom.Durability;

namespace Headroom.Blobs.Disk;

/// <summary>
/// Keeps objects in files of one disk. A part is written under no name, renamed, and it and its folder synced, before it
/// is acknowledged; completing is one rename, of a folder or of the only part. Content takes no memory of the store: it goes from the
/// caller's buffer to the file and back.
/// </summary>
public sealed class DiskStore : IBlobStore
{
    private readonly Flusher _flusher = new();
    private readonly WritesInProgress _writes = new();
    private readonly DiskFolders _folders;
    private readonly ScratchFolder _scratch;
    private readonly WriteBuffers _buffers;

    /// <summary>Opens the store. What a process that was killed left half-written goes.</summary>
    /// <exception cref="BlobException">
    /// The folder is in memory, in use by another process, can't be written, or has a subfolder <c>scratch</c> that is somebody else's.
    /// </exception>
    public DiskStore(DiskStoreOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KeepFree, ByteSize.Zero, nameof(options));
        var root = Path.GetFullPath(options.Folder);
        try
        {
            _folders = new DiskFolders(root);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BlobException(BlobProblem.Refused, $"'{root}' can't be used to keep uploads: {problem.Message}", problem);
        }
        _scratch = new ScratchFolder(_folders.Scratch, options.KeepFree, options.AllowMemory);
        _buffers = new WriteBuffers(DirectWrites.ArePossible(_scratch.Path), _flusher);
    }

    /// <summary>
    /// A writer 588 KiB: 580 that the file is written from, or that are not on the device yet, and handles and names. A reader
    /// 8 KiB: handles and names; content goes from the file straight to the caller's buffer. 2.8 MiB are kept to write the next parts from.
    /// </summary>
    public static BlobStoreMemory MemoryCosts { get; } = new(WriteBuffers.MostBytes + (8 * 1024), 8 * 1024, WriteBuffers.Retained.Bytes);

    /// <summary>Refuses what opening the store would refuse, a folder in memory, and makes nothing: to be asked before the start.</summary>
    /// <exception cref="BlobException">The folder is in memory.</exception>
    public static void RequireDisk(DiskStoreOptions options)
    {
        if (!options.AllowMemory)
            MemoryFileSystem.Refuse(Path.GetFullPath(options.Folder));
    }

    /// <summary>The folders in which a store keeps objects, complete or not; they need not exist.</summary>
    /// <param name="folder">The store's folder.</param>
    public static IReadOnlyList<string> ObjectFolders(string folder) => DiskFolders.OfObjects(Path.GetFullPath(folder));

    /// <inheritdoc/>
    public long MinPartBytes => 1;

    /// <inheritdoc cref="MemoryCosts"/>
    public BlobStoreMemory Memory => MemoryCosts;

    /// <inheritdoc/>
    public long HeldBytes => _buffers.Bytes;

    /// <inheritdoc/>
    public async Task<BlobUpload> BeginAsync(string key, long partBytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partBytes, MinPartBytes);
        var upload = new BlobUpload(key, Guid.NewGuid().ToString("N"), partBytes);
        await RunAsync(() => DurableFolder.Create(FolderOf(upload)), cancellationToken).ConfigureAwait(false);
        return upload;
    }

    /// <inheritdoc/>
    public Task<BlobWriter> OpenWriteAsync(BlobUpload upload, long offset, long maxBytes, CancellationToken cancellationToken = default)
    {
        upload.CheckRange(offset, maxBytes);
        cancellationToken.ThrowIfCancellationRequested();
        var folder = ExistingFolderOf(upload);
        _writes.Enter(upload, offset);
        try
        {
            var file = _scratch.CreateFile(maxBytes);
            return Task.FromResult<BlobWriter>(new DiskWriter(
                file, _buffers.Open(file.Handle, 0), DiskFolders.Part(folder, offset), offset, maxBytes, _flusher, () => _writes.Leave(upload, offset)));
        }
        catch
        {
            _writes.Leave(upload, offset);
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobPart> ListPartsAsync(BlobUpload upload, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var part in PartsIn(ExistingFolderOf(upload)).OrderBy(p => p.Offset))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return part;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task CompleteAsync(BlobUpload upload, IReadOnlyList<BlobPart> parts, CancellationToken cancellationToken = default)
    {
        var length = BlobUpload.CheckParts(parts);
        return RunAsync(() => Complete(upload, parts, length), cancellationToken);
    }

    /// <inheritdoc/>
    public Task AbortAsync(string key, string token, CancellationToken cancellationToken = default) =>
        RunAsync(() => _scratch.TryTakeAway(_folders.Upload(key, token)), cancellationToken);

    /// <inheritdoc/>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, BlobUpload.MaxSmallBytes, nameof(content));
        var target = _folders.Blob(key);
        using var file = _scratch.CreateFile(Math.Max(content.Length, 1));
        await RunAsync(
            () =>
            {
                RandomAccess.Write(file.Handle, content.Span, 0);
                DurableFolder.Create(Path.GetDirectoryName(target)!);
                file.Replace(target, content.Length);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length ?? 1, 1, nameof(length));
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(OpenRead(_folders.Blob(key), offset, length ?? long.MaxValue));
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync(() => _scratch.TryTakeAway(_folders.Blob(key)), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var entry in _folders.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Lets another process have the folder. Writers must be disposed before.</summary>
    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        _flusher.Dispose();
        _buffers.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Stream OpenRead(string path, long offset, long length)
    {
        try
        {
            if (File.Exists(path))
            {
                var file = File.OpenHandle(path);
                return new FileSection(file, offset, Math.Clamp(RandomAccess.GetLength(file) - offset, 0, length), ownsFile: true);
            }
            var index = File.OpenHandle(DiskFolders.Index(path));
            return new DiskReadStream(path, index, offset, offset + Math.Clamp(DiskIndex.Length(index) - offset, 0, length));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobException(BlobProblem.NotFound, $"There is no stored object '{Path.GetFileName(path)}'.", gone);
        }
    }

    private void Complete(BlobUpload upload, IReadOnlyList<BlobPart> parts, long length)
    {
        var (folder, target) = (FolderOf(upload), _folders.Blob(upload.Key));
        var parent = Path.GetDirectoryName(target)!;
        if (!File.Exists(DiskFolders.Part(folder, parts[0].Offset)) && LengthOf(target) == length)
        {
            // An earlier call got this far; only its end may be missing.
            DurableFolder.Flush(parent);
            Forget(folder);
            return;
        }
        CheckFiles(ExistingFolderOf(upload), parts);
        if (Path.Exists(target))
            throw new BlobException(BlobProblem.Conflict, $"There is an object '{upload.Key}' already. Use each key once.");
        DurableFolder.Create(parent);
        if (parts.Count == 1)
            File.Move(DiskFolders.Part(folder, parts[0].Offset), target);
        else
            MoveTogether(folder, target, parts);
        // What is moved has one name at a time: with the new one the old one is gone, and needs no sync of its own.
        DurableFolder.Flush(parent);
        Forget(folder);
    }

    /// <summary>Several parts stay in their folder, with an index; a single one needs neither.</summary>
    private void MoveTogether(string folder, string target, IReadOnlyList<BlobPart> parts)
    {
        WriteIndex(folder, parts);
        DropUnlisted(folder, parts);
        Directory.Move(folder, target);
    }

    private static void Forget(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static void CheckFiles(string folder, IReadOnlyList<BlobPart> parts)
    {
        foreach (var part in parts)
        {
            var file = new FileInfo(DiskFolders.Part(folder, part.Offset));
            if (!file.Exists || file.Length != part.Length)
                throw new BlobException(
                    BlobProblem.Conflict,
                    $"The part at {part.Offset} has {(file.Exists ? file.Length : 0)} bytes in the store, not {part.Length}. Send it again.");
        }
    }

    private void WriteIndex(string folder, IReadOnlyList<BlobPart> parts)
    {
        using var file = _scratch.CreateFile((long)parts.Count * DiskIndex.RecordBytes);
        Span<byte> record = stackalloc byte[DiskIndex.RecordBytes];
        for (var i = 0; i < parts.Count; i++)
        {
            DiskIndex.Encode(parts[i], record);
            RandomAccess.Write(file.Handle, record, (long)i * DiskIndex.RecordBytes);
        }
        file.Publish(DiskFolders.Index(folder), (long)parts.Count * DiskIndex.RecordBytes);
    }

    private static void DropUnlisted(string folder, IReadOnlyList<BlobPart> parts)
    {
        var listed = parts.Select(p => p.Offset).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (DiskFolders.OffsetOf(path) is { } offset && !listed.Contains(offset))
                File.Delete(path);
        }
    }

    /// <returns>Null when there is no such object, or none that is whole.</returns>
    private static long? LengthOf(string path)
    {
        if (File.Exists(path))
            return new FileInfo(path).Length;
        if (!File.Exists(DiskFolders.Index(path)))
            return null;
        using var index = File.OpenHandle(DiskFolders.Index(path));
        return DiskIndex.Length(index);
    }

    private static IEnumerable<BlobPart> PartsIn(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (DiskFolders.OffsetOf(file.Name) is { } offset)
                yield return new BlobPart(offset, file.Length, "");
        }
    }

    private string FolderOf(BlobUpload upload) => _folders.Upload(upload.Key, upload.Token);

    private string ExistingFolderOf(BlobUpload upload)
    {
        var folder = FolderOf(upload);
        return Directory.Exists(folder)
            ? folder
            : throw new BlobException(
                BlobProblem.NotFound, $"There is no upload of '{upload.Key}' any more: it was completed, aborted or swept. Begin a new one.");
    }

    private async Task RunAsync(Action action, CancellationToken cancellationToken)
    {
        try
        {
            await _flusher.RunAsync(action, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, _folders.Scratch);
        }
    }
}
