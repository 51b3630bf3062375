using System.Globalization;
using System.Net;

namespace Headroom.Server.Configuration;

/// <summary>Where the server listens and keeps its files; read once at start.</summary>
internal sealed class ServerSettings
{
    private static IEnumerable<string> KnownServices => ServerApplication.Modules.Select(m => m.Name).Order(StringComparer.Ordinal);

    private ServerSettings(IConfiguration configuration)
    {
        Host = ReadHost(configuration["HOST"]);
        Port = ReadPort(configuration["PORT"]);
        DataFolder = Path.GetFullPath(configuration["HEADROOM_DATA"] is { Length: > 0 } data ? data : "data");
        PreparedFolder = configuration["HEADROOM_MODELS"] is { Length: > 0 } models
            ? Path.GetFullPath(models)
            : Path.Combine(AppContext.BaseDirectory, "models", "prepared");
        AdminKey = configuration["HEADROOM_ADMIN_KEY"] is { Length: > 0 } key ? key : null;
        Preload = configuration.GetValue("Headroom:Models:Preload", true);
        Runs = Math.Clamp(configuration.GetValue("Headroom:Models:Runs", Environment.ProcessorCount / 2), 1, 64);
        Services = ReadServices(configuration["Headroom:Services"]);
    }

    /// <summary><c>HOST</c>: the address to listen on; 127.0.0.1 by default.</summary>
    public string Host { get; }

    /// <summary><c>PORT</c>: 8080 by default; 0 for a free one.</summary>
    public int Port { get; }

    /// <summary><c>HEADROOM_DATA</c>: database and whatever else must last; ./data by default.</summary>
    public string DataFolder { get; }

    /// <summary><c>HEADROOM_MODELS</c>: prepared models; beside the program by default, where the build puts them.</summary>
    public string PreparedFolder { get; }

    /// <summary><c>HEADROOM_ADMIN_KEY</c>: the admin key, if it is not made at first start.</summary>
    public string? AdminKey { get; }

    /// <summary><c>HEADROOM__MODELS__PRELOAD</c>: load models at start, in the background; true by default.</summary>
    public bool Preload { get; }

    /// <summary><c>HEADROOM__MODELS__RUNS</c>: inferences at once, each on every core; half as many as there are cores by default, at least one.</summary>
    public int Runs { get; }

    /// <summary><c>HEADROOM__SERVICES</c>: what is on; everything by default.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>Where models are looked up: the user's own, then those that came with the program.</summary>
    public IReadOnlyList<string> ModelFolders => [Path.Combine(DataFolder, "models"), Path.Combine(AppContext.BaseDirectory, "models")];

    /// <summary>Where prepared models are looked up; only the last one is written to.</summary>
    public IReadOnlyList<string> PreparedFolders => [PreparedFolder, Path.Combine(DataFolder, "models", "prepared")];

    /// <summary>Reads and checks.</summary>
    /// <exception cref="SettingException">A value makes no sense; the message says which and what to write.</exception>
    public static ServerSettings Read(IConfiguration configuration) => new(configuration);

    /// <summary>Kestrel takes every name that it does not know for «all addresses»; a slip of the pen must not open the service to the world.</summary>
    private static string ReadHost(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "127.0.0.1";
        if (text == "localhost")
            return text;
        return IPAddress.TryParse(text, out var address)
            ? address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString()
            : throw new SettingException($"HOST is '{text}'. Write an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 or :: for everybody.");
    }

    private static int ReadPort(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return 8080;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new SettingException($"PORT is '{text}'. Write a number from 0 (any free port) to 65535.");
    }

    private static string[] ReadServices(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [.. KnownServices];
        var services = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = services.FirstOrDefault(s => !KnownServices.Contains(s, StringComparer.Ordinal));
        return unknown is null
            ? services
            : throw new SettingException($"HEADROOM__SERVICES names '{unknown}'. This version has: {string.Join(", ", KnownServices)}.");
    }
}
