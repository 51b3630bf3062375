using Headroom.Blobs.S3.Tests.Host;

switch (args)
{
    case ["transfer", var endpoint, var bucket, var spool, var parts, var mebibytes]:
        Console.WriteLine(await Transfers.MeasureAsync(new Uri(endpoint), bucket, spool, int.Parse(parts, null), int.Parse(mebibytes, null)));
        return 0;

    default:
        Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
        return 2;
}
