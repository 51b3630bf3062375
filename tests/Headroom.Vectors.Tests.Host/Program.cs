using System.Globalization;
using Headroom.Vectors;
using Headroom.Vectors.Tests.Host;

switch (args)
{
    // Commits batch after batch from a given one on, compacts now and then, and says after each how many are committed.
    case ["write", var folder, var seed, var from]:
        var batches = new Batches(int.Parse(seed, CultureInfo.InvariantCulture));
        using (var index = VectorIndex.Open(folder, Batches.Dimensions))
        {
            Console.WriteLine("open");
            for (var batch = int.Parse(from, CultureInfo.InvariantCulture); ; batch++)
            {
                using (var writer = index.BeginWrite())
                {
                    foreach (var (id, vector) in batches.Changes(batch))
                    {
                        if (vector is null)
                            writer.Delete(id);
                        else
                            writer.Put(id, vector);
                    }
                    writer.Commit();
                }
                Console.WriteLine(batch + 1);
                if (batch % 15 == 14)
                    index.Compact();
            }
        }

    // Holds the lock until its input ends.
    case ["hold", var folder]:
        using (VectorIndex.Open(folder, Batches.Dimensions))
        {
            Console.WriteLine("open");
            Console.ReadLine();
        }
        return 0;

    default:
        Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
        return 2;
}
