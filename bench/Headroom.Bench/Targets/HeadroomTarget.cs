using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Headroom.Bench.Photos;
using Headroom.Bench.Programs;

namespace Headroom.Bench.Targets;

/// <summary>The server of this repository, as built.</summary>
/// <param name="program">A copy that nothing else runs.</param>
/// <param name="runtime">What runs it when it does not bring its own.</param>
/// <param name="environment">More variables, for trying its options.</param>
internal sealed class HeadroomTarget(BuiltProgram program, PrivateRuntime runtime, IReadOnlyDictionary<string, string> environment) : ITarget
{
    public string Name => "headroom";

    public bool CanStartWithoutModels => true;

    public string Key { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>The same server with more variables.</summary>
    public HeadroomTarget With(params IEnumerable<(string Name, string Value)> more)
    {
        var all = environment.ToDictionary();
        foreach (var (name, value) in more)
            all[name] = value;
        return new HeadroomTarget(program, runtime, all);
    }

    public ServerCommand Describe(int port, string data, bool preload)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOST"] = "127.0.0.1",
            ["PORT"] = $"{port}",
            ["HEADROOM_DATA"] = data,
            ["HEADROOM_ADMIN_KEY"] = Key,
            // What the peers do; at 256 MB the plan has no room for the others beside it.
            ["HEADROOM__SERVICES"] = "faces",
            ["HEADROOM__MODELS__PRELOAD"] = preload ? "true" : "false",
            ["DOTNET_ROOT"] = runtime.Location,
        };
        foreach (var (name, value) in environment)
            variables[name] = value;
        return new ServerCommand(program.Location, [], variables);
    }

    public void Require(BodyKind body)
    {
        // It takes both.
    }

    public async Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken)
    {
        using var made = await http.PostAsJsonAsync(
            "/api/staff", new { employee_id = photos.EmployeeId, name = photos.Name }, BenchJson.Plain, cancellationToken);
        await RequireSuccessAsync(made, cancellationToken);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(BenchJson.Plain, cancellationToken)).GetProperty("id");
        foreach (var photo in photos.Labelled)
        {
            using var body = PhotoBody.Create(BodyKind.Multipart, await File.ReadAllBytesAsync(photo, cancellationToken), "photo");
            using var response = await http.PostAsync(new Uri($"/api/staff/{id}/photos", UriKind.Relative), body, cancellationToken);
            await RequireSuccessAsync(response, cancellationToken);
        }
    }

    private async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw new BenchException(
                $"{Name} answered {(int)response.StatusCode} to an enrolment: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
