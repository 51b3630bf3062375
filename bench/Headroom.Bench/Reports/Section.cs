namespace Headroom.Bench.Reports;

/// <summary>What one scenario has to say: a table for people and the same figures for programs.</summary>
/// <param name="Name">The scenario's name.</param>
/// <param name="Notes">How to read the table.</param>
/// <param name="Rows">One text a column.</param>
/// <param name="Data">One object a row, written as JSON.</param>
internal sealed record Section(string Name, string Notes, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows, IReadOnlyList<object> Data);
