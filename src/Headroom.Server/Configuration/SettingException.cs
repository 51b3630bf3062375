namespace Headroom.Server.Configuration;

/// <summary>A setting makes no sense; the message says which one and what to write.</summary>
internal sealed class SettingException(string message) : Exception(message);
