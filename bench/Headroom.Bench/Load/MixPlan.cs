using Headroom.Bench.Photos;

namespace Headroom.Bench.Load;

/// <summary>What the mixed load client is asked to do. Good clients come in a closed loop, an open one, or both.</summary>
/// <param name="Address">Where requests are posted; its host must be an IP address.</param>
/// <param name="Key">Sent as a bearer key; null for none.</param>
/// <param name="Photo">Path of the JPEG; null for requests without a body.</param>
/// <param name="Employee">Who is in the photo; null where every 200 is right.</param>
internal sealed record MixPlan(Uri Address, string? Key, string? Photo, string? Employee)
{
    /// <summary>How a photo is sent.</summary>
    public BodyKind Body { get; init; }

    /// <summary>How long clients come, in seconds; those who are there then are waited for.</summary>
    public double Seconds { get; init; }

    /// <summary>Closed loop: so many clients, each with one request at a time. One that is told to come back later does so.</summary>
    public int Clients { get; init; }

    /// <summary>Open loop: so many clients arrive in a second, however many are waiting.</summary>
    public double ArrivalsPerSecond { get; init; }

    /// <summary>What share of the clients sends something bad or leaves, 0 to 1.</summary>
    public double BadShare { get; init; }

    /// <summary>So many clients that trickle or stall, all the time.</summary>
    public int Slow { get; init; }

    /// <summary>The most connections at once; arrivals beyond it are counted, not sent.</summary>
    public int MaxOpen { get; init; } = 3000;

    /// <summary>How long one request may take, in seconds: longer than a server may let it wait and then send slowly.</summary>
    public int TimeoutSeconds { get; init; } = 240;

    public int Seed { get; init; } = 1;
}
