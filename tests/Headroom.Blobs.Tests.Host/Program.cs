using Headroom.Blobs.Disk;
using Headroom.Blobs.Tests.Host;

switch (args)
{
    case ["write", var folder]:
        await Writing.AFewAsync(new DiskStoreOptions(folder) { AllowMemory = true });
        return 0;

    case ["fill", var folder, var seed]:
        await Writing.UntilKilledAsync(new DiskStoreOptions(folder) { AllowMemory = true }, int.Parse(seed, null));
        return 0;

    default:
        Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
        return 2;
}
