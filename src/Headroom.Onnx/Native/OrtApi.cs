using System.Runtime.InteropServices;
using System.Text;

namespace Headroom.Onnx.Native;

/// <summary>
/// The functions of ONNX Runtime's C API that Headroom calls, read once from the library's table.
/// Positions in the table never change between versions (onnxruntime_c_api.h, "DO NOT MODIFY ABOVE").
/// Functions that return <c>nint</c> return a status: zero, or an error for <see cref="Check"/> to read and free.
/// </summary>
internal sealed unsafe class OrtApi(void** table, string version)
{
    /// <summary>Version of the C API that the table is asked for; the library must be at least 1.30.</summary>
    public const uint TableVersion = 30;

    public readonly delegate* unmanaged[Cdecl]<nint, int> GetErrorCode = (delegate* unmanaged[Cdecl]<nint, int>)table[1];
    public readonly delegate* unmanaged[Cdecl]<nint, byte*> GetErrorMessage = (delegate* unmanaged[Cdecl]<nint, byte*>)table[2];
    public readonly delegate* unmanaged[Cdecl]<nint, nint> DisableTelemetryEvents = (delegate* unmanaged[Cdecl]<nint, nint>)table[6];
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, nint, nint*, nint> CreateSession =
        (delegate* unmanaged[Cdecl]<nint, byte*, nint, nint*, nint>)table[7];
    public readonly delegate* unmanaged[Cdecl]<nint, void*, nuint, nint, nint*, nint> CreateSessionFromArray =
        (delegate* unmanaged[Cdecl]<nint, void*, nuint, nint, nint*, nint>)table[8];
    public readonly delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run =
        (delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)table[9];
    public readonly delegate* unmanaged[Cdecl]<nint*, nint> CreateSessionOptions = (delegate* unmanaged[Cdecl]<nint*, nint>)table[10];
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, nint> SetOptimizedModelFilePath = (delegate* unmanaged[Cdecl]<nint, byte*, nint>)table[11];
    public readonly delegate* unmanaged[Cdecl]<nint, nint> DisableMemPattern = (delegate* unmanaged[Cdecl]<nint, nint>)table[17];
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> SetSessionLogSeverityLevel = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[22];
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> SetSessionGraphOptimizationLevel = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[23];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint*, nint> SessionGetInputCount = (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[30];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint*, nint> SessionGetOutputCount = (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[31];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> SessionGetInputTypeInfo =
        (delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint>)table[33];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> SessionGetOutputTypeInfo =
        (delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint>)table[34];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> SessionGetInputName =
        (delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint>)table[36];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> SessionGetOutputName =
        (delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint>)table[37];
    public readonly delegate* unmanaged[Cdecl]<nint*, nint> CreateRunOptions = (delegate* unmanaged[Cdecl]<nint*, nint>)table[39];
    public readonly delegate* unmanaged[Cdecl]<nint, nint> RunOptionsSetTerminate = (delegate* unmanaged[Cdecl]<nint, nint>)table[46];
    public readonly delegate* unmanaged[Cdecl]<nint, nint> RunOptionsUnsetTerminate = (delegate* unmanaged[Cdecl]<nint, nint>)table[47];
    public readonly delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue =
        (delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];
    public readonly delegate* unmanaged[Cdecl]<nint, void**, nint> GetTensorMutableData = (delegate* unmanaged[Cdecl]<nint, void**, nint>)table[51];
    public readonly delegate* unmanaged[Cdecl]<nint, nint*, nint> CastTypeInfoToTensorInfo = (delegate* unmanaged[Cdecl]<nint, nint*, nint>)table[55];
    public readonly delegate* unmanaged[Cdecl]<nint, int*, nint> GetTensorElementType = (delegate* unmanaged[Cdecl]<nint, int*, nint>)table[60];
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> SetIntraOpNumThreads = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[24];
    public readonly delegate* unmanaged[Cdecl]<nint, nuint*, nint> GetDimensionsCount = (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[61];
    public readonly delegate* unmanaged[Cdecl]<nint, long*, nuint, nint> GetDimensions = (delegate* unmanaged[Cdecl]<nint, long*, nuint, nint>)table[62];
    public readonly delegate* unmanaged[Cdecl]<nint, nint*, nint> GetTensorTypeAndShape = (delegate* unmanaged[Cdecl]<nint, nint*, nint>)table[65];
    public readonly delegate* unmanaged[Cdecl]<int, int, nint*, nint> CreateCpuMemoryInfo = (delegate* unmanaged[Cdecl]<int, int, nint*, nint>)table[69];
    public readonly delegate* unmanaged[Cdecl]<nint, void*, nint> AllocatorFree = (delegate* unmanaged[Cdecl]<nint, void*, nint>)table[76];
    public readonly delegate* unmanaged[Cdecl]<nint*, nint> GetAllocatorWithDefaultOptions = (delegate* unmanaged[Cdecl]<nint*, nint>)table[78];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseEnv = (delegate* unmanaged[Cdecl]<nint, void>)table[92];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseStatus = (delegate* unmanaged[Cdecl]<nint, void>)table[93];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseMemoryInfo = (delegate* unmanaged[Cdecl]<nint, void>)table[94];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseSession = (delegate* unmanaged[Cdecl]<nint, void>)table[95];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseValue = (delegate* unmanaged[Cdecl]<nint, void>)table[96];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseRunOptions = (delegate* unmanaged[Cdecl]<nint, void>)table[97];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseTypeInfo = (delegate* unmanaged[Cdecl]<nint, void>)table[98];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseTensorTypeAndShapeInfo = (delegate* unmanaged[Cdecl]<nint, void>)table[99];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseSessionOptions = (delegate* unmanaged[Cdecl]<nint, void>)table[100];
    public readonly delegate* unmanaged[Cdecl]<nint, nint> DisablePerSessionThreads = (delegate* unmanaged[Cdecl]<nint, nint>)table[120];
    public readonly delegate* unmanaged[Cdecl]<nint*, nint> CreateThreadingOptions = (delegate* unmanaged[Cdecl]<nint*, nint>)table[121];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseThreadingOptions = (delegate* unmanaged[Cdecl]<nint, void>)table[122];
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint> AddSessionConfigEntry =
        (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint>)table[130];
    public readonly delegate* unmanaged[Cdecl]<nint, nint, nint*, nint> CreateAllocator = (delegate* unmanaged[Cdecl]<nint, nint, nint*, nint>)table[131];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseAllocator = (delegate* unmanaged[Cdecl]<nint, void>)table[132];
    public readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint> CreateAndRegisterAllocator =
        (delegate* unmanaged[Cdecl]<nint, nint, nint, nint>)table[144];
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> SetGlobalIntraOpNumThreads = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[147];
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> SetGlobalInterOpNumThreads = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[148];
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint> SetGlobalSpinControl = (delegate* unmanaged[Cdecl]<nint, int, nint>)table[149];
    public readonly delegate* unmanaged[Cdecl]<
        delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, byte*, byte*, void>,
        nint,
        int,
        byte*,
        nint,
        nint*,
        nint> CreateEnvWithCustomLoggerAndGlobalThreadPools =
        (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, byte*, byte*, void>, nint, int, byte*, nint, nint*, nint>)table[151];
    public readonly delegate* unmanaged[Cdecl]<nuint, int, int, int, nint*, nint> CreateArenaCfg =
        (delegate* unmanaged[Cdecl]<nuint, int, int, int, nint*, nint>)table[156];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseArenaCfg = (delegate* unmanaged[Cdecl]<nint, void>)table[157];
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint> AddRunConfigEntry = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint>)table[165];
    public readonly delegate* unmanaged[Cdecl]<nint, byte***, byte***, nuint*, void> GetKeyValuePairs =
        (delegate* unmanaged[Cdecl]<nint, byte***, byte***, nuint*, void>)table[298];
    public readonly delegate* unmanaged[Cdecl]<nint, void> ReleaseKeyValuePairs = (delegate* unmanaged[Cdecl]<nint, void>)table[300];
    public readonly delegate* unmanaged[Cdecl]<nint, nint*, nint> AllocatorGetStats = (delegate* unmanaged[Cdecl]<nint, nint*, nint>)table[319];

    /// <summary>Version of the loaded library, such as "1.30.0".</summary>
    public string Version { get; } = version;

    /// <summary>Throws what <paramref name="status"/> says and frees it; nothing when it is zero.</summary>
    /// <param name="status">What an API function returned.</param>
    /// <param name="subject">What the call was about, for the message: a model, or the environment.</param>
    /// <exception cref="OnnxException">The status is an error.</exception>
    public void Check(nint status, string subject)
    {
        if (status == 0)
            return;
        var code = (OnnxErrorCode)GetErrorCode(status);
        var message = Text(GetErrorMessage(status));
        ReleaseStatus(status);
        throw new OnnxException(code, subject, message);
    }

    /// <summary>A native string as a managed one; empty for null.</summary>
    public static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    /// <summary>A string as the zero-terminated UTF-8 that the library expects.</summary>
    public static byte[] Utf8(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
