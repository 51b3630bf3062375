using Headroom.Data.Blobs.Disk;
using Headroom.Data.Tests.Host;

switch (args)
{
    case ["write", var folder]:
        await Writing.AFewAsync(new DiskStoreOptions(folder) { AllowMemory = true });
        return 0;

    case ["fill", var folder, var seed]:
        await Writing.UntilKilledAsync(new DiskStoreOptions(folder) { AllowMemory = true }, int.Parse(seed, null));
        return 0;

    case ["transfer", var endpoint, var bucket, var spool, var parts, var mebibytes]:
        Console.WriteLine(await Transfers.MeasureAsync(new Uri(endpoint), bucket, spool, int.Parse(parts, null), int.Parse(mebibytes, null)));
        return 0;

    default:
        Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
        return 2;
}
