using System.Net.Sockets;
using Headroom.AspNetCore.Hosting;
using Headroom.Blobs;
using Headroom.Durability;
using Headroom.Faces.Models;
using Headroom.Keys;
using Headroom.Onnx;
using Headroom.Server.Configuration;
using Headroom.Sqlite;
using Headroom.Uploads;

namespace Headroom.Server.Commands;

/// <summary>Ends a command with a sentence instead of a stack trace when the failure is one that people can mend.</summary>
internal static class Failures
{
    /// <summary>Runs a command.</summary>
    /// <returns>Its exit code, or 1 after an expected failure.</returns>
    public static async Task<int> CatchAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception problem) when (Explain(problem) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static string? Explain(Exception problem) => problem switch
    {
        MemoryPlanException or SettingException or DatabaseException or ModelConfigurationException or PreparationException
            or InvalidDataException or OnnxLibraryException or OnnxException or BlobException or MasterKeyException or ContainerException
            or InvalidOperationException => problem.Message,
        FolderLockException => $"{problem.Message} HEADROOM_DATA names it.",
        UnauthorizedAccessException => $"{problem.Message} Check the owner of the data folder, or set HEADROOM_DATA to one that this user may write.",
        IOException { InnerException.InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } }
            or IOException { InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } } =>
            $"{problem.Message} Stop the other program, or set PORT to a free one.",
        IOException => problem.Message,
        SocketException => $"{problem.Message}. HOST must be an address of this machine, for example 127.0.0.1 or 0.0.0.0.",
        _ => null,
    };
}
