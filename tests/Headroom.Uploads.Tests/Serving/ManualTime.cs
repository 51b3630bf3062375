namespace Headroom.Uploads.Tests.Serving;

/// <summary>A clock that stands where a test puts it; its timers are the system's.</summary>
internal sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => Now;
}
