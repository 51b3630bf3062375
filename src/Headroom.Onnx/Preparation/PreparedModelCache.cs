using Headroom.Durability;

namespace Headroom.Onnx;

/// <summary>
/// Prepared models on disk, made when they are missing. A prepared form belongs to one model file, one version of ONNX
/// Runtime and one kind of processor, and is checked byte by byte before it is given out. Thread-safe; processes may
/// share the folders.
/// </summary>
public sealed class PreparedModelCache : IDisposable
{
    private const string TemporaryPrefix = ".preparing-";
    private readonly IReadOnlyList<string> _folders;
    private readonly PreparationCommand _command;
    private readonly string _runtimeVersion;
    private readonly TimeProvider _time;
    private readonly string _cpu = CpuFeatures.Describe();

    // Preparing takes several times a model's size: one at a time.
    private readonly SemaphoreSlim _preparing = new(1);

    /// <summary>Makes a cache over folders that need not exist yet.</summary>
    /// <param name="folders">Where to look, in order, such as a read-only folder beside the program first. Only the last one is written to.</param>
    /// <param name="command">What prepares a model.</param>
    /// <param name="runtimeVersion">Version of ONNX Runtime that will load the models: <see cref="OnnxEnvironment.Version"/>.</param>
    /// <param name="timeProvider">Clock of the timeout and of what counts as left over.</param>
    /// <exception cref="ArgumentException">There is no folder.</exception>
    public PreparedModelCache(IReadOnlyList<string> folders, PreparationCommand command, string runtimeVersion, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentException.ThrowIfNullOrEmpty(runtimeVersion);
        if (folders.Count == 0)
            throw new ArgumentException("Name at least one folder: the last one is where models are prepared.", nameof(folders));
        _folders = [.. folders.Select(Path.GetFullPath)];
        _command = command;
        _runtimeVersion = runtimeVersion;
        _time = timeProvider ?? TimeProvider.System;
    }

    private string WritableFolder => _folders[^1];

    /// <summary>
    /// Finds a model's prepared form, or prepares it. A damaged one in the writable folder is thrown away and prepared
    /// again; one in another folder is passed over; <see cref="PreparedModel.Replaced"/> tells of both.
    /// </summary>
    /// <param name="source">The model.</param>
    /// <param name="cancellationToken">Gives up; a process that is preparing is killed.</param>
    /// <exception cref="PreparationException">It could not be prepared.</exception>
    /// <exception cref="ArgumentException">The source's name or hash is malformed.</exception>
    /// <exception cref="IOException">The writable folder can't be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<PreparedModel> GetAsync(ModelSource source, CancellationToken cancellationToken = default)
    {
        CheckSource(source);
        var key = new PreparedKey(source.Sha256.ToLowerInvariant(), _runtimeVersion, _cpu);
        var name = PreparedFolder.NameFor(source.Name, key);
        // Hashing blocks for as long as the disk takes.
        return await Task.Run(async () => Find(source, key, name, cancellationToken) is { Model: { } found }
            ? found
            : await FindOrPrepareAsync(source, key, name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _preparing.Dispose();

    private (PreparedModel? Model, string? Damage) Find(ModelSource source, PreparedKey key, string name, CancellationToken cancellationToken)
    {
        string? damage = null;
        foreach (var folder in _folders.Select(f => Path.Combine(f, name)).Where(Directory.Exists))
        {
            var found = PreparedFolder.FindDamage(folder, key, cancellationToken);
            if (found is null)
                return (Result(source, folder, wasPrepared: false, damage), null);
            damage = $"{folder}: {found}";
        }
        return (null, damage);
    }

    private async Task<PreparedModel> FindOrPrepareAsync(ModelSource source, PreparedKey key, string name, CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (found, damage) = Find(source, key, name, cancellationToken);
            if (found is not null)
                return found;
            CheckSourceFile(source, key, cancellationToken);
            SweepLeftovers();
            var target = Path.Combine(WritableFolder, name);
            await PrepareAsync(source, key, target, cancellationToken).ConfigureAwait(false);
            return Result(source, target, wasPrepared: true, damage);
        }
        finally
        {
            _preparing.Release();
        }
    }

    private async Task PrepareAsync(ModelSource source, PreparedKey key, string target, CancellationToken cancellationToken)
    {
        var temporary = Directory.CreateDirectory(Path.Combine(WritableFolder, $"{TemporaryPrefix}{source.Name}-{Guid.NewGuid():N}")).FullName;
        try
        {
            await PreparationProcess.RunAsync(_command, source, temporary, _time, cancellationToken).ConfigureAwait(false);
            if (PreparedFolder.FindDamage(temporary, key, cancellationToken) is { } damage)
                throw new PreparationException(
                    PreparationFailure.BadResult,
                    source.Name,
                    $"{damage}. The preparing program must be of the same version as this one and run on this machine.");
            Publish(temporary, target, key, cancellationToken);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Publish(string temporary, string target, PreparedKey key, CancellationToken cancellationToken)
    {
        // Another process may have published meanwhile; what is whole stays, for it may be mapped already.
        if (Directory.Exists(target))
        {
            if (PreparedFolder.FindDamage(target, key, cancellationToken) is null)
                return;
            PreparedFolder.Delete(target);
        }
        try
        {
            DurableFolder.Publish(temporary, target);
        }
        catch (IOException) when (Directory.Exists(target) && PreparedFolder.FindDamage(target, key, cancellationToken) is null)
        {
            // It won between the look and the rename.
        }
    }

    /// <summary>Removes what processes that were killed while preparing left behind.</summary>
    private void SweepLeftovers()
    {
        Directory.CreateDirectory(WritableFolder);
        var oldest = _time.GetUtcNow().UtcDateTime - 2 * _command.Timeout;
        foreach (var folder in new DirectoryInfo(WritableFolder).EnumerateDirectories(TemporaryPrefix + "*"))
        {
            if (IsTemporary(folder) && folder.LastWriteTimeUtc < oldest)
                folder.Delete(recursive: true);
        }
    }

    /// <summary>Whether it was made in <see cref="PrepareAsync"/>: a name of ours that ends in 32 hexadecimal digits.</summary>
    private static bool IsTemporary(DirectoryInfo folder) =>
        folder.LinkTarget is null && folder.Name.LastIndexOf('-') is var last && Guid.TryParseExact(folder.Name[(last + 1)..], "N", out _);

    private static PreparedModel Result(ModelSource source, string folder, bool wasPrepared, string? replaced) =>
        new(source.Name, Path.Combine(folder, PreparedFolder.ModelFile), PreparedFolder.MappedBytes(folder), wasPrepared, replaced);

    private static void CheckSource(ModelSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Name.Length is 0 or > 100 || !source.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') || source.Name[0] == '.')
            throw new ArgumentException(
                $"'{source.Name}' can't name a model: use 1 to 100 letters, digits, '.', '_' and '-', and no '.' first.", nameof(source));
        if (source.Sha256.Length != 64 || !source.Sha256.All(char.IsAsciiHexDigit))
            throw new ArgumentException($"'{source.Sha256}' is not a sha256 (64 hexadecimal digits) of model '{source.Name}'.", nameof(source));
    }

    private static void CheckSourceFile(ModelSource source, PreparedKey key, CancellationToken cancellationToken)
    {
        string actual;
        try
        {
            actual = FileHash.Sha256(source.Path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PreparationException(
                PreparationFailure.SourceMissing,
                source.Name,
                $"'{source.Path}' can't be read, and no prepared form fits this processor and version. {e.Message}",
                e);
        }
        if (actual != key.SourceSha256)
            throw new PreparationException(
                PreparationFailure.SourceMismatch,
                source.Name,
                $"'{source.Path}' has sha256 {actual}, expected {key.SourceSha256}. "
                + "Put the right file there, or change the expected hash if the file was changed on purpose.");
    }
}
