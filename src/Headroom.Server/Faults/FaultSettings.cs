using System.Globalization;
using Headroom.Server.Configuration;

namespace Headroom.Server.Faults;

/// <summary>
/// What is to go wrong on purpose, for tests and measurements; all of it off by default. A server that has any of it on
/// says so at start.
/// </summary>
internal sealed class FaultSettings
{
    private FaultSettings(IConfigurationSection section)
    {
        LeakPerSecond = ReadSize(section, "LeakBytesPerSecond");
        LeakUpTo = section["LeakUpTo"] is { Length: > 0 } ? ReadSize(section, "LeakUpTo") : null;
        RefuseLeases = ReadShare(section, "RefuseLeases");
        Seed = (int)(section["Seed"] is { Length: > 0 } seed && int.TryParse(seed, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : Random.Shared.Next());
    }

    /// <summary><c>HEADROOM__FAULTS__LEAKBYTESPERSECOND</c>: native memory that is taken, touched and never given back.</summary>
    public ByteSize LeakPerSecond { get; }

    /// <summary><c>HEADROOM__FAULTS__LEAKUPTO</c>: where the leak stops; null for nowhere, the default.</summary>
    public ByteSize? LeakUpTo { get; }

    /// <summary><c>HEADROOM__FAULTS__REFUSELEASES</c>: the share of leases that are refused as if the line were full, 0 to 1.</summary>
    public double RefuseLeases { get; }

    /// <summary><c>HEADROOM__FAULTS__SEED</c>: which leases those are; random by default, and logged.</summary>
    public int Seed { get; }

    public static FaultSettings Read(IConfiguration configuration) => new(configuration.GetSection("Headroom:Faults"));

    private static ByteSize ReadSize(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
            return ByteSize.Zero;
        return ByteSize.TryParse(text, out var size)
            ? size
            : throw new SettingException($"HEADROOM__FAULTS__{key.ToUpperInvariant()} is '{text}'. Write a size, for example 500KB.");
    }

    private static double ReadShare(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
            return 0;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1
            ? share
            : throw new SettingException($"HEADROOM__FAULTS__{key.ToUpperInvariant()} is '{text}'. Write a share from 0 to 1, for example 0.05.");
    }
}
