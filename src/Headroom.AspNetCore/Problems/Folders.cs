using System.Text.RegularExpressions;

namespace Headroom.AspNetCore.Problems;

/// <summary>What the server's folders are called is nobody's business outside: of paths in messages only the last name is told.</summary>
internal static partial class Folders
{
    /// <summary>Cuts a message's absolute paths down to their last names: <c>'/data/models/mine.onnx'</c> becomes <c>'mine.onnx'</c>.</summary>
    public static string LeaveOut(string message) => Path().Replace(message, "");

    // Inside quotation marks a folder may have spaces in its name.
    [GeneratedRegex("""(?<=['"])/[^'"]*/(?=[^'"])|(?<=^|[\s(=])/([^\s/'"]+/)+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}
