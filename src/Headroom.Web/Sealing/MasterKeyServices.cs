using Headroom.Sqlite;
using Headroom.Web.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Web.Sealing;

/// <summary>Gives services the master keys.</summary>
public static class MasterKeyServices
{
    /// <summary>Registers the ring; it is opened, or made, when somebody needs it first.</summary>
    /// <param name="services">Where.</param>
    /// <param name="options">Where the keys are.</param>
    /// <param name="modules">Every service that there is, also those that are off: what they encrypted needs its keys still.</param>
    public static IServiceCollection AddMasterKeys(this IServiceCollection services, MasterKeyOptions options, IReadOnlyList<ServiceModule> modules)
    {
        services.AddSingleton(options);
        return services.AddSingleton(p => options.Open(IsAnythingEncrypted(p.GetRequiredService<Database>(), modules)));
    }

    private static bool IsAnythingEncrypted(Database database, IReadOnlyList<ServiceModule> modules) => database.ReadAsync(
        db => modules.Any(m => m.EncryptedRows is { } sql && db.QuerySingle(sql, r => r.GetInt32(0)) != 0)).GetAwaiter().GetResult();
}
