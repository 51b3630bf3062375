using System.Globalization;

namespace Headroom.Keys;

/// <summary>Names a master key. Derived from the key, so that no id can stand beside a wrong key. Not secret.</summary>
/// <param name="Value">Its 64 bits.</param>
public readonly record struct MasterKeyId(ulong Value)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
