namespace Headroom.Onnx;

/// <summary>Why a model could not be prepared.</summary>
public enum PreparationFailure
{
    /// <summary>The model file does not exist or can't be read.</summary>
    SourceMissing,

    /// <summary>The model file is not the one that was asked for.</summary>
    SourceMismatch,

    /// <summary>The preparing process could not be started.</summary>
    NotStarted,

    /// <summary>The preparing process failed.</summary>
    ProcessFailed,

    /// <summary>The preparing process took too long and was killed.</summary>
    TimedOut,

    /// <summary>What the preparing process wrote is not a whole prepared model for this machine.</summary>
    BadResult,
}
