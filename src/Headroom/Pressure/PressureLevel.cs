namespace Headroom.Pressure;

/// <summary>How close unreclaimable memory is to the limit.</summary>
public enum PressureLevel
{
    /// <summary>Plenty of room.</summary>
    None,

    /// <summary>Worth watching closely.</summary>
    Moderate,

    /// <summary>New work is held back.</summary>
    High,

    /// <summary>The limit is about to be reached.</summary>
    Critical,
}
