using Headroom.Onnx;

namespace Headroom.Server;

/// <summary>How this program starts itself for work that must not stay in its memory.</summary>
internal static class SelfCommand
{
    /// <summary>The verb that prepares one model; source and destination are appended.</summary>
    public const string PrepareOne = "prepare-model";

    /// <summary>The command that prepares one model in a process of its own.</summary>
    public static PreparationCommand Preparation
    {
        get
        {
            var program = Environment.ProcessPath!;
            return Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? new PreparationCommand(program, ["exec", Path.Combine(AppContext.BaseDirectory, "Headroom.Server.dll"), PrepareOne])
                : new PreparationCommand(program, [PrepareOne]);
        }
    }
}
