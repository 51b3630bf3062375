using System.Runtime.InteropServices;

namespace Headroom.Onnx.Native;

/// <summary>Finds and loads ONNX Runtime's native library. It is never unloaded: its threads and statics may outlive any use.</summary>
internal static unsafe partial class OnnxRuntimeLibrary
{
    private const string NeededVersion = "1.30";

    /// <summary>File name of the library on this platform.</summary>
    public static string FileName => OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so";

    /// <summary>Loads the library from <paramref name="folder"/>, or from beside the program.</summary>
    /// <exception cref="OnnxLibraryException">It is missing, can't be loaded here, or is of a wrong version.</exception>
    public static OrtApi Load(string? folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder ?? AppContext.BaseDirectory), FileName);
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            throw new OnnxLibraryException(path, "there is no library for this operating system; Linux and macOS are supported");
        if (!File.Exists(path))
            throw new OnnxLibraryException(path, "the file is missing; the build puts it beside the program, or name the folder that holds it");
        SilenceTelemetry();
        var library = Open(path);
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var export))
            throw new OnnxLibraryException(path, "it is not ONNX Runtime: it does not export OrtGetApiBase");
        var functions = ((delegate* unmanaged[Cdecl]<void**>)export)();
        var version = OrtApi.Text(((delegate* unmanaged[Cdecl]<byte*>)functions[1])());
        RequireVersion(path, version);
        var table = ((delegate* unmanaged[Cdecl]<uint, void**>)functions[0])(OrtApi.TableVersion);
        return table is not null
            ? new OrtApi(table, version)
            : throw new OnnxLibraryException(path, $"version {version} does not offer version {OrtApi.TableVersion} of the C API");
    }

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new OnnxLibraryException(path, $"the system can't load it: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // Checked before the table is asked for: an older library complains on stderr when it is asked for a table it lacks.
    private static void RequireVersion(string path, string version)
    {
        if (!System.Version.TryParse(version, out var found) || found.Major != 1 || found < System.Version.Parse(NeededVersion))
            throw new OnnxLibraryException(path, $"its version is {version}, needed is {NeededVersion} or a later 1.x");
    }

    // The official builds send usage events to Microsoft and keep a device id and a queue in the user's cache folder.
    // Only this variable, read when the library starts, stops both; .NET's own setter does not reach native code on Unix.
    private static void SilenceTelemetry() => _ = SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
