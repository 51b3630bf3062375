namespace Headroom.Bench.Targets;

/// <summary>The server under test ended or never became ready; the message holds the last lines it printed.</summary>
internal sealed class ServerGoneException(string message) : Exception(message);
