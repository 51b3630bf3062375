using System.Text.Json;
using Headroom.Assets;

// Headroom.Assets --list assets.json --to FOLDER [--npm COMMAND]
// Runs as a build step; see Headroom.Assets.csproj.
var options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "");
var npm = options.GetValueOrDefault("--npm", OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
try
{
    using var stream = File.OpenRead(options["--list"]);
    var list = JsonSerializer.Deserialize<AssetList>(stream, JsonSerializerOptions.Web)!;
    new AssetRestorer(new NpmPackClient(npm), options["--to"], Console.Out).Restore(list);
    return 0;
}
catch (Exception problem) when (problem is AssetException or IOException or UnauthorizedAccessException or JsonException)
{
    // The form that MSBuild shows as a build error.
    await Console.Error.WriteLineAsync($"assets.json : error HEADROOM001: {problem.Message}");
    return 1;
}
