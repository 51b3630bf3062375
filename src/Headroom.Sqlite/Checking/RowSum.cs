using System.Buffers.Binary;
using Headroom.Durability;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Headroom.Sqlite.Checking;

/// <summary>
/// The function <c>row_sum(…)</c> of every connection: CRC-32C over values, each with its type and length before it. A row
/// keeps the sum of what never changes in it, and whoever reads compares: a byte that flipped on the disk is not served.
/// It finds accidents; who can write the file can write a sum. No schema uses it, so that other programs can open the file.
/// </summary>
internal static class RowSum
{
    private const int AnyNumberOfArguments = -1;

    private const int HeaderBytes = 1 + sizeof(long);

    /// <summary>Gives it to a connection.</summary>
    public static void AddTo(SqliteConnection connection)
    {
        var result = raw.sqlite3_create_function(
            connection.Handle, "row_sum", AnyNumberOfArguments, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, static (context, _, values) =>
            {
                var sum = 0u;
                foreach (var value in values)
                    sum = Add(value, sum);
                raw.sqlite3_result_int64(context, sum);
            });
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }

    private static uint Add(sqlite3_value value, uint sum)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        var type = raw.sqlite3_value_type(value);
        header[0] = (byte)type;
        if (type is raw.SQLITE_TEXT or raw.SQLITE_BLOB)
        {
            var bytes = raw.sqlite3_value_blob(value);
            BinaryPrimitives.WriteInt64LittleEndian(header[1..], bytes.Length);
            return Crc32C.Compute(bytes, Crc32C.Compute(header, sum));
        }
        if (type == raw.SQLITE_INTEGER)
            BinaryPrimitives.WriteInt64LittleEndian(header[1..], raw.sqlite3_value_int64(value));
        else if (type == raw.SQLITE_FLOAT && raw.sqlite3_value_double(value) is not 0 and var number)
            // Zero is stored without its sign.
            BinaryPrimitives.WriteDoubleLittleEndian(header[1..], number);
        return Crc32C.Compute(header, sum);
    }
}
