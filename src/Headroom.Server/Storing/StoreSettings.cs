using Headroom.Blobs;
using Headroom.Blobs.Disk;
using Headroom.Blobs.S3;
using Headroom.Blobs.Spooling;
using Headroom.Uploads;
using Headroom.Web.Modules;

namespace Headroom.Server.Storing;

/// <summary>Where the bytes of uploads are kept: those of <c>HEADROOM__UPLOADS__…</c> that are the store's. Sizes are in units of 1,048,576 bytes.</summary>
internal sealed class StoreSettings
{
    /// <summary>The folder inside one that a setting names: that one may hold other things, and the spool's is emptied at every start.</summary>
    private const string OwnSpool = "headroom-spool";

    /// <summary>Where bytes are kept: <c>disk</c> or <c>s3</c>.</summary>
    public string Store { get; init; } = "disk";

    /// <summary>The folder of the store on disk; by default <c>uploads</c> in the data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>What stays free on the disk of the store whatever is uploaded.</summary>
    public double KeepFreeMb { get; init; } = 256;

    /// <summary>The bucket, if <see cref="Store"/> is <c>s3</c>.</summary>
    public S3Settings S3 { get; init; } = new();

    /// <summary>Reads and checks the settings, chooses the store, and registers what it needs and the settings themselves.</summary>
    /// <exception cref="InvalidOperationException">A value makes no sense; the message names the setting.</exception>
    public static BlobStoreChoice Choose(ModuleSetup setup, UploadOptions uploads)
    {
        var settings = (setup.Headroom.Configuration.GetSection("Uploads").Get<StoreSettings>() ?? new StoreSettings()).Validate(uploads);
        setup.Services.AddSingleton(settings);
        return settings.Choose(setup.Services, setup.DataFolder);
    }

    /// <summary>Checks the values.</summary>
    /// <param name="uploads">What the store has to hold.</param>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public StoreSettings Validate(UploadOptions uploads)
    {
        Require(Store is "disk" or "s3", nameof(Store), "disk or s3");
        Require(KeepFreeMb is >= 0 and <= 1e9, nameof(KeepFreeMb), "megabytes, from 0");
        if (Store == "s3")
            S3.Validate(uploads);
        return this;
    }

    /// <summary>Chooses the store, and registers what it needs.</summary>
    public BlobStoreChoice Choose(IServiceCollection services, string dataFolder)
    {
        if (Store == "disk")
            return new BlobStoreChoice(DiskStore.MemoryCosts, _ => new DiskStore(DiskOf(dataFolder)));
        services.AddSingleton(p => new Spool(SpoolOf(dataFolder), p.GetRequiredService<TimeProvider>()));
        return new BlobStoreChoice(S3Store.MemoryCosts, p => new S3Store(S3.ToOptions(), p.GetRequiredService<Spool>(), p.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Refuses what opening the store will refuse at start, a folder in memory, and makes nothing: the plan asks it.</summary>
    /// <param name="dataFolder">Where the store and the spool are unless they are configured.</param>
    /// <exception cref="BlobException">What is to be on a disk would be in memory.</exception>
    public void RequireDisk(string dataFolder)
    {
        if (Store == "disk")
            DiskStore.RequireDisk(DiskOf(dataFolder));
        else
            Spool.RequireDisk(SpoolOf(dataFolder));
    }

    /// <summary>Where objects are kept that the database knows, if a setting puts them elsewhere than the data folder.</summary>
    public IReadOnlyList<string> Kept => Store == "disk" && Folder is { } own ? [.. DiskStore.ObjectFolders(own).Select(folder => folder + "/")] : [];

    private DiskStoreOptions DiskOf(string dataFolder) =>
        new(Folder ?? Path.Combine(dataFolder, "uploads")) { KeepFree = ByteSize.FromMegabytes(KeepFreeMb) };

    private SpoolOptions SpoolOf(string dataFolder) => new(
        S3.SpoolFolder is { } named ? Path.Combine(named, OwnSpool) : Path.Combine(dataFolder, "spool"), ByteSize.FromMegabytes(S3.SpoolMb));

    internal static void Require(bool fits, string name, string what)
    {
        if (!fits)
            throw new InvalidOperationException($"HEADROOM__UPLOADS__{name.ToUpperInvariant()} must be {what}.");
    }
}
