using Headroom.Durability;

namespace Headroom.LimitProbe;

/// <summary>A process that holds a folder: says so, writes a line whenever it is asked to as long as it may, and lets go when it may no more.</summary>
internal static class Holding
{
    public static IEnumerable<(string Key, object Value)> Run(string folder)
    {
        FolderLock held;
        try
        {
            held = FolderLock.Take(folder);
        }
        catch (FolderLockException refused)
        {
            return [("refused", refused.Message)];
        }
        using (held)
        {
            Console.WriteLine($"holds={held.Generation}");
            while (Console.ReadLine() is not null)
            {
                if (!held.IsCurrent)
                    return [("superseded", FolderLock.FindGeneration(folder))];
                File.AppendAllText(Path.Join(folder, "written"), $"{held.Generation}\n");
                Console.WriteLine("wrote=1");
            }
            return [("ended", 1)];
        }
    }
}
