namespace Headroom.EndToEnd.Running;

/// <summary>A folder that goes when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("headroom-e2e-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
