namespace Headroom.Server;

/// <summary>What native libraries have to say.</summary>
internal static partial class NativeLog
{
    [LoggerMessage(LogLevel.Warning, "{Text}")]
    public static partial void Line(ILogger logger, string text);
}
