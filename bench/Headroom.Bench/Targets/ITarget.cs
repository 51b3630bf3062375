using Headroom.Bench.Photos;

namespace Headroom.Bench.Targets;

/// <summary>A server that can be measured.</summary>
internal interface ITarget
{
    string Name { get; }

    /// <summary>Whether it can be started without loading its models.</summary>
    bool CanStartWithoutModels { get; }

    /// <summary>The bearer key for its requests; null for none.</summary>
    string? Key { get; }

    /// <summary>How its program is started.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="data">An empty folder for what it keeps.</param>
    /// <param name="preload">Whether it loads its models at start.</param>
    ServerCommand Describe(int port, string data, bool preload);

    /// <summary>Throws where it cannot take a body of this kind.</summary>
    void Require(BodyKind body);

    /// <summary>Makes the person known.</summary>
    Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken);
}
