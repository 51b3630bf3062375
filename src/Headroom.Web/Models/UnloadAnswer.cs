namespace Headroom.Web.Models;

/// <summary>What clearing a model from memory answers; what was expected to come back, what did, and what did not.</summary>
internal sealed record UnloadAnswer(string Name, bool Unloaded, long ExpectedBytes, long ReturnedBytes, long MissingBytes);
