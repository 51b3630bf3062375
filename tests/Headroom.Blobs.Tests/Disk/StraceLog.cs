using System.Text.RegularExpressions;

namespace Headroom.Blobs.Tests.Disk;

/// <summary>What <c>strace -f -o</c> wrote, a call a line.</summary>
public static partial class StraceLog
{
    private const string Unfinished = "<unfinished ...>";

    /// <summary>
    /// The calls that did not fail, in the order in which they returned. One that another thread's interrupted is put together
    /// again, without the blanks that strace leaves at the seam.
    /// </summary>
    /// <param name="lines">The lines of the log.</param>
    /// <param name="begun">Calls of which the beginning counts, not the return: what is sent may be read before the call returns.</param>
    public static IEnumerable<string> Returned(IEnumerable<string> lines, Func<string, bool>? begun = null)
    {
        var open = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var (thread, call) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimStart());
            if (begun?.Invoke(call) == true)
            {
                yield return call;
                continue;
            }
            if (call.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                open[thread] = call[..^Unfinished.Length].TrimEnd();
                continue;
            }
            if (Resumed().Match(call) is { Success: true } resumed)
            {
                if (!open.Remove(thread, out var begin))
                    continue;
                call = begin + call[resumed.Length..].TrimStart();
            }
            if (!call.Contains(" = -1 ", StringComparison.Ordinal))
                yield return call;
        }
    }

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>", RegexOptions.None, 1000)]
    private static partial Regex Resumed();
}
