namespace Headroom.Sqlite;

/// <summary>One step of a component's schema. Steps are applied once each, in order, and never changed afterwards.</summary>
/// <param name="Component">Whose schema it is, for example <c>faces</c>; each component counts by itself.</param>
/// <param name="Version">1 for a component's first step, then one more each.</param>
/// <param name="Sql">The statements.</param>
public sealed record Migration(string Component, int Version, string Sql);
