namespace Headroom.Bench.Sentences;

/// <summary>Two sentences and how alike people found them, 0 to 5.</summary>
internal sealed record SentencePair(double Score, string First, string Second)
{
    /// <summary>Columns before the score: genre, file, year, number.</summary>
    private const int ScoreColumn = 4;

    /// <summary>Reads a file as the STS benchmark has it (D. Cer et al., arXiv:1708.00055): tabs between columns, no quoting.</summary>
    /// <exception cref="BenchException">It is something else.</exception>
    public static IReadOnlyList<SentencePair> Read(string path)
    {
        if (!File.Exists(path))
            throw new BenchException($"There is no file {path}.");
        var pairs = new List<SentencePair>();
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (line.Length == 0)
                continue;
            var columns = line.Split('\t');
            if (columns.Length < ScoreColumn + 3 || !double.TryParse(columns[ScoreColumn], NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
                throw new BenchException($"{path}, line {index + 1}: expected genre, file, year, number, score, sentence, sentence with tabs between them, as "
                    + $"in the STS benchmark.");
            pairs.Add(new SentencePair(score, columns[ScoreColumn + 1], columns[ScoreColumn + 2]));
        }
        return pairs.Count > 1 ? pairs : throw new BenchException($"{path} has {pairs.Count} pairs; a correlation needs two at least.");
    }
}
