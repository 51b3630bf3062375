using Headroom.Bench.Photos;

namespace Headroom.Bench.Load;

/// <summary>What the load client is asked to do; it reads this from its standard input.</summary>
/// <param name="Address">Where the photo is posted.</param>
/// <param name="Key">Sent as a bearer key; null for none.</param>
/// <param name="Photo">Path of the JPEG.</param>
/// <param name="Body">How it is sent.</param>
/// <param name="Employee">Who is in the photo: another person in an answer makes the request wrong.</param>
/// <param name="Warmup">Requests before the measured ones, one after the other.</param>
/// <param name="Clients">How many at once.</param>
/// <param name="RequestsEach">How many each client makes, one after the other.</param>
/// <param name="TimeoutSeconds">How long one request may take, in seconds.</param>
internal sealed record LoadPlan(
    Uri Address, string? Key, string Photo, BodyKind Body, string Employee, int Warmup, int Clients, int RequestsEach, int TimeoutSeconds);
