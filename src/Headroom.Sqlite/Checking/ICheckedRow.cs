namespace Headroom.Sqlite.Checking;

/// <summary>What was read of a row that has a sum.</summary>
public interface ICheckedRow
{
    /// <summary>The public id, for the operator and for lists; as it was read.</summary>
    string Id { get; }

    /// <summary>Whether the row is what was written. Of one that is not, only key and id may be looked at.</summary>
    bool IsWhole { get; }
}
