using System.Text.Json;

namespace Headroom.Faces.Models;

/// <summary>Finds models by name: the user's own folder first, then the program's.</summary>
internal sealed class ModelFolder(IReadOnlyList<string> folders)
{
    private const long MaxDescriptionBytes = 64 * 1024;

    /// <summary>Finds a model that can play a role.</summary>
    /// <exception cref="ModelConfigurationException">There is none of that name, or it is not what the role needs.</exception>
    public (string Path, ModelDescription Description) Find(string name, string role, string family)
    {
        if (name.AsSpan().IndexOfAny("/\\") >= 0 || name.StartsWith('.'))
            throw new ModelConfigurationException($"'{name}' is not a model's name: write the file's name without folder and extension.");
        var path = folders.Select(f => Path.Combine(f, name + ".onnx")).FirstOrDefault(File.Exists)
            ?? throw new ModelConfigurationException($"There is no model '{name}': {name}.onnx is in none of {string.Join(", ", folders)}.");
        var description = Describe(path);
        if (description.Role != role || description.Family != family)
            throw new ModelConfigurationException(
                $"'{name}' can't be the {role}: its description says role '{description.Role}', family '{description.Family}'; needed is family '{family}'.");
        return (path, description);
    }

    private static ModelDescription Describe(string path)
    {
        var json = Path.ChangeExtension(path, ".json");
        try
        {
            using var stream = File.OpenRead(json);
            if (stream.Length > MaxDescriptionBytes)
                throw new ModelConfigurationException($"{json} is larger than {new ByteSize(MaxDescriptionBytes)}, too large for a description.");
            return JsonSerializer.Deserialize(stream, ModelJson.Default.ModelDescription)
                ?? throw new ModelConfigurationException($"{json} is empty; it has to describe {Path.GetFileName(path)}.");
        }
        catch (Exception problem) when (problem is JsonException or IOException)
        {
            throw new ModelConfigurationException($"{json} can't be read: {problem.Message} It has to describe {Path.GetFileName(path)}.", problem);
        }
    }
}
