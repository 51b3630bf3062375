namespace Headroom.Imaging.Native;

/// <summary>VipsInterpretation: what the channels mean; only the one that everything is turned into.</summary>
internal enum Interpretation
{
    Srgb = 22,
}
