using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>Is shown a token.</summary>
/// <param name="token">What stands in the index for it, as UTF-8: folded and stemmed.</param>
/// <param name="start">Where it begins in the text, in bytes.</param>
/// <param name="end">Where it ends in the text, in bytes.</param>
/// <returns>False to see no more.</returns>
public delegate bool Fts5TokenVisitor(ReadOnlySpan<byte> token, int start, int end);

/// <summary>
/// A tokenizer of FTS5 itself (https://sqlite.org/fts5.html, «Extending FTS5»), so that what is cut here is cut as the
/// index was: no table of letters of our own can differ from the library's. Takes time in proportion to the text. Belongs
/// to a connection, is disposed before it, and is not thread-safe.
/// </summary>
public sealed unsafe partial class Fts5Tokenizer : IDisposable
{
    private const int Ok = 0, Failed = 1, Row = 100, Done = 101;
    private const int ForDocuments = 4;

    private readonly Tokenizer _functions;
    private nint _instance;

    private Fts5Tokenizer(Tokenizer functions, nint instance) => (_functions, _instance) = (functions, instance);

    /// <summary>Makes one.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="name">The tokenizer's name, as in the option <c>tokenize</c> of a table.</param>
    /// <param name="arguments">What stands behind the name there.</param>
    /// <exception cref="DatabaseException">There is no such tokenizer, or it refuses the arguments.</exception>
    public static Fts5Tokenizer Open(SqliteConnection connection, string name, params ReadOnlySpan<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var api = FindApi(connection.Handle!.DangerousGetHandle());
        var texts = new nint[arguments.Length + 1];
        try
        {
            texts[^1] = Marshal.StringToCoTaskMemUTF8(name);
            for (var i = 0; i < arguments.Length; i++)
                texts[i] = Marshal.StringToCoTaskMemUTF8(arguments[i]);
            nint data = 0, instance = 0;
            Tokenizer functions = default;
            fixed (nint* first = texts)
            {
                var result = api == null ? Failed : api->FindTokenizer(api, texts[^1], &data, &functions);
                if (result == Ok)
                    result = functions.Create(data, first, arguments.Length, &instance);
                if (result != Ok)
                    throw new DatabaseException(
                        DatabaseProblem.Unusable,
                        $"SQLite has no tokenizer '{name}' with '{string.Join(' ', arguments)}' (error {result}). "
                        + "The native library must be built with FTS5.");
            }
            return new Fts5Tokenizer(functions, instance);
        }
        finally
        {
            foreach (var text in texts)
                Marshal.FreeCoTaskMem(text);
            GC.KeepAlive(connection);
        }
    }

    /// <summary>Shows the tokens of a text, in their order.</summary>
    /// <param name="text">UTF-8; bytes that are none separate tokens or stand for U+FFFD, and harm nothing.</param>
    /// <param name="visit">What it throws ends the call and is thrown.</param>
    public void Tokenize(ReadOnlySpan<byte> text, Fts5TokenVisitor visit)
    {
        ObjectDisposedException.ThrowIf(_instance == 0, this);
        if (text.IsEmpty)
            return;
        var visits = new Visits(visit);
        var handle = GCHandle.Alloc(visits);
        try
        {
            int result;
            fixed (byte* first = text)
                result = _functions.Tokenize(_instance, GCHandle.ToIntPtr(handle), ForDocuments, first, text.Length, &Show);
            visits.Failure?.Throw();
            if (result is not (Ok or Done))
                throw new SqliteException($"SQLite could not cut a text of {text.Length} bytes into tokens.", result);
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>Frees it.</summary>
    public void Dispose()
    {
        if (_instance != 0)
            _functions.Delete(_instance);
        _instance = 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Show(nint visits, int flags, byte* token, int length, int start, int end)
    {
        var state = (Visits)GCHandle.FromIntPtr(visits).Target!;
        try
        {
            return state.Visit(new ReadOnlySpan<byte>(token, length), start, end) ? Ok : Done;
        }
        catch (Exception failure)
        {
            // Nothing may be thrown through the library's frames.
            state.Failure = ExceptionDispatchInfo.Capture(failure);
            return Failed;
        }
    }

    private static Api* FindApi(nint database)
    {
        Api* api = null;
        nint statement = 0;
        fixed (byte* sql = "SELECT fts5(?1)\0"u8, type = "fts5_api_ptr\0"u8)
        {
            try
            {
                if (Prepare(database, sql, -1, out statement, 0) == Ok && BindPointer(statement, 1, &api, type, 0) == Ok)
                    _ = Step(statement) == Row;
            }
            finally
            {
                _ = Finish(statement);
            }
        }
        return api;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_prepare_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Prepare(nint database, byte* sql, int length, out nint statement, nint tail);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_pointer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int BindPointer(nint statement, int index, void* value, byte* type, nint destructor);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_step")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Step(nint statement);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_finalize")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Finish(nint statement);

    private sealed class Visits(Fts5TokenVisitor visit)
    {
        public Fts5TokenVisitor Visit => visit;

        public ExceptionDispatchInfo? Failure { get; set; }
    }

    /// <summary><c>fts5_api</c>, of which only what is used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Api
    {
        public int Version;
        public nint CreateTokenizer;
        public delegate* unmanaged[Cdecl]<Api*, nint, nint*, Tokenizer*, int> FindTokenizer;
        public nint CreateFunction;
    }

    /// <summary><c>fts5_tokenizer</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Tokenizer
    {
        public delegate* unmanaged[Cdecl]<nint, nint*, int, nint*, int> Create;
        public delegate* unmanaged[Cdecl]<nint, void> Delete;
        public delegate* unmanaged[Cdecl]<nint, nint, int, byte*, int, delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, int, int>, int> Tokenize;
    }
}
