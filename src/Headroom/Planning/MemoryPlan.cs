using System.Globalization;
using System.Text;
using Headroom.Limits;

namespace Headroom.Planning;

/// <summary>
/// The arithmetic before start: baseline, residents, guarantees and the largest single operation of each service
/// must fit into the limit minus a safety margin, as many times as there are workers.
/// </summary>
/// <param name="Limit">The limit that applies.</param>
/// <param name="Margin">What stays free whatever happens.</param>
/// <param name="Terms">The declared costs of one worker.</param>
/// <param name="Workers">Processes that share the limit; at least one.</param>
public sealed record MemoryPlan(MemoryLimit Limit, ByteSize Margin, IReadOnlyList<MemoryPlanTerm> Terms, int Workers = 1)
{
    /// <summary>Limit minus margin.</summary>
    public ByteSize Budget => Limit.Size - Margin;

    /// <summary>What one worker needs.</summary>
    public ByteSize NeededPerWorker => new(Terms.Sum(t => t.Size.Bytes));

    /// <summary>What all workers need.</summary>
    public ByteSize Needed => NeededPerWorker * Workers;

    /// <summary>Whether it fits.</summary>
    public bool Fits => Needed <= Budget;

    /// <summary>What is left for doing more at once; negative when it does not fit.</summary>
    public ByteSize Headroom => Budget - Needed;

    /// <summary>The largest term that can be made smaller.</summary>
    public MemoryPlanTerm? Largest => Terms.Where(t => t.Kind != MemoryPlanKind.Baseline).DefaultIfEmpty().MaxBy(t => t?.Size.Bytes);

    /// <summary>The plan as a table for people, with the verdict and, when it does not fit, what to change.</summary>
    public override string ToString()
    {
        var width = Terms.Select(t => t.Name.Length).Append(30).Max() + 2;
        var table = new StringBuilder();
        Line($"Memory plan: limit {Limit.Size} ({Limit.Source}), {Workers} worker{(Workers == 1 ? "" : "s")}");
        foreach (var term in Terms)
            Row(term.Kind.ToString().ToLowerInvariant(), term.Name, term.Size);
        table.Append(' ', 2).Append('-', width + 24).Append('\n');
        if (Workers > 1)
            Row("one worker", "", NeededPerWorker);
        Row("needed", Workers > 1 ? $"{Workers} workers × {NeededPerWorker}" : "", Needed);
        Row("budget", $"{Limit.Size} − {Margin} safety margin", Budget);
        Line(Fits ? $"Fits: {Headroom} are left for doing more at once." : Misfit());
        return table.ToString();

        void Line(string text) => table.Append(text).Append('\n');
        void Row(string kind, string name, ByteSize size) =>
            Line(string.Create(CultureInfo.InvariantCulture, $"  {kind,-11}{name.PadRight(width)}{size.Megabytes,8:0.0} MB"));
    }

    private string Misfit()
    {
        var message = $"Does not fit: {Needed} are needed, {Budget} are there, {Needed - Budget} too much.";
        if (Workers > 1)
            message += $"\n  {Workers} workers need {Workers} times the memory: set WORKERS=1, one process uses every core.";
        if (Workers == 1 || NeededPerWorker > Budget)
            message += Largest is { } term ? $"\n  The largest term is «{term.Name}» ({term.Size}): {term.Reduce}" : "";
        return message + "\n  Or choose an instance with more memory, or raise HEADROOM__LIMIT if it is set.";
    }
}
