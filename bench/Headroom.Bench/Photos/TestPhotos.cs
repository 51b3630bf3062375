namespace Headroom.Bench.Photos;

/// <summary>The person who clocks in: labelled photos to enrol, and a large photo of the same person made from another one.</summary>
internal sealed class TestPhotos
{
    private const string Person = "tara sanford";

    private readonly Repository _repository;

    private TestPhotos(Repository repository, string large)
    {
        _repository = repository;
        Large = large;
    }

    /// <summary>What is sent to clock in: 12 megapixels, about two megabytes, unless it was made otherwise.</summary>
    public string Large { get; }

    public string EmployeeId { get; } = "E-1";

    public string Name { get; } = Person;

    /// <summary>The photos to enrol.</summary>
    public IReadOnlyList<string> Labelled =>
        [.. Directory.EnumerateFiles(Path.Join(_repository.Restored, "photos", "labeled_face", Person), "*.jpg").Order(StringComparer.Ordinal)];

    /// <summary>Makes the large photo unless an earlier run did.</summary>
    /// <exception cref="BenchException">The assets were not restored, or the peer's packages are not installed.</exception>
    public static async Task<TestPhotos> PrepareAsync(Repository repository, CancellationToken cancellationToken)
    {
        var from = Other(repository);
        var large = Path.Join(repository.Artifacts, "photo-12mp.jpg");
        if (!File.Exists(large))
            await MakeAsync(repository, from, large, cancellationToken);
        return new TestPhotos(repository, large);
    }

    /// <summary>With the photo as it is in place of the large one: for tests, which have no peer's packages to enlarge it with.</summary>
    /// <exception cref="BenchException">The assets were not restored.</exception>
    public static TestPhotos Small(Repository repository) => new(repository, Other(repository));

    /// <summary>A photo of the person that is not enrolled.</summary>
    private static string Other(Repository repository) => repository.RestoredFile("photos", "unknown_face", "sample (2).jpg");

    private static async Task MakeAsync(Repository repository, string from, string to, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Join(repository.NodePeer, "node_modules")))
            throw new BenchException("The 12 MP photo is made with the peer's packages: run «npm ci --ignore-scripts» in bench/peers/node first.");
        using var process = Process.Start("node", [Path.Join(repository.NodePeer, "src", "make-photo.mjs"), from, to]);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new BenchException("The 12 MP photo could not be made: see the message above.");
    }
}
