using Headroom.AspNetCore.Hosting;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Web.Modules;

/// <summary>A service that the program can have or be without: all that composing it takes.</summary>
/// <param name="Name">As <c>HEADROOM__SERVICES</c> names it.</param>
/// <param name="Add">Declares what it needs of the budget, and registers it.</param>
/// <param name="Map">Maps its routes.</param>
/// <param name="Migrations">The schema of its tables. The tables of a service that is off stay as they are.</param>
public sealed record ServiceModule(string Name, Action<ModuleSetup> Add, Action<IEndpointRouteBuilder> Map, IReadOnlyList<Migration> Migrations)
{
    /// <summary>Middleware that has to stand before authentication; none by default.</summary>
    public Action<IApplicationBuilder>? Use { get; init; }

    /// <summary>What it needs of SQLite's heap beside the connections' own pages, in bytes; 0 by default. A term of the plan.</summary>
    public long SqliteBytes { get; init; }

    /// <summary>A query that gives 1 when it has rows that are encrypted under the master keys; null when it never has.</summary>
    public string? EncryptedRows { get; init; }

    /// <summary>What it does with its rows after the schema is up to date and before anything is served; null for nothing. Done again at every start.</summary>
    public Func<IServiceProvider, CancellationToken, Task>? Prepare { get; init; }

    /// <summary>
    /// What it keeps in the data folder that means something only together with the database: names of files, and of
    /// folders with a slash behind. None by default.
    /// </summary>
    public IReadOnlyList<string> Kept { get; init; } = [];
}

/// <summary>What a service is made with.</summary>
/// <param name="Services">Where it registers.</param>
/// <param name="Headroom">Where it declares, and the configuration.</param>
/// <param name="DataFolder">Where it keeps what must last.</param>
/// <param name="ModelFolders">Where its models are looked up, the first one first.</param>
/// <param name="Runs">How many inferences run at once, at least 1.</param>
public sealed record ModuleSetup(
    IServiceCollection Services, HeadroomBuilder Headroom, string DataFolder, IReadOnlyList<string> ModelFolders, int Runs);
