using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>The numbers of SQLite's errors that mean something here (https://sqlite.org/rescode.html).</summary>
public static class SqliteErrors
{
    /// <summary>The statement is wrong, or an opened blob's row is not there.</summary>
    public const int Error = 1;

    /// <summary>SQLite's heap is at its limit.</summary>
    public const int NoMemory = 7;

    /// <summary>The progress handler has ended the statement.</summary>
    public const int Interrupted = 9;

    /// <summary>The disk is full.</summary>
    public const int Full = 13;

    /// <summary>A value is larger than any may be.</summary>
    public const int TooBig = 18;

    /// <summary>A constraint does not hold.</summary>
    public const int Constraint = 19;

    /// <summary>A value has another type than its column.</summary>
    public const int Mismatch = 20;

    /// <summary>The library was called in a way that it must not be.</summary>
    public const int Misuse = 21;

    /// <summary>A parameter has a number that the statement does not have.</summary>
    public const int Range = 25;

    /// <summary>The extended number of a <c>UNIQUE</c> constraint that does not hold.</summary>
    public const int UniqueViolation = 2067;

    /// <summary>Whether a value is there already that may be there once.</summary>
    public static bool IsUniqueViolation(this SqliteException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.SqliteExtendedErrorCode == UniqueViolation;
    }

    /// <summary>Whether the statement or its values are wrong, and not the database or its disk.</summary>
    internal static bool IsOfStatement(this SqliteException failure) =>
        failure.SqliteErrorCode is Error or TooBig or Constraint or Mismatch or Misuse or Range;
}
