using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>
/// Prepares a model; what the process that a <see cref="PreparationCommand"/> starts does. It takes several times the
/// model's size in memory, for good: run it in a process that ends afterwards.
/// </summary>
public static unsafe class ModelPreparer
{
    // Smaller tensors stay in the graph: mapping them would save nothing.
    private const string MinMappedBytes = "1024";
    private const int ErrorLevel = 3;

    /// <summary>
    /// Optimises the model for this processor and writes the graph, its weights as the kernels want them, and their
    /// hashes into a folder.
    /// </summary>
    /// <param name="environment">An environment of the version that will load the result.</param>
    /// <param name="sourcePath">The .onnx file.</param>
    /// <param name="destinationFolder">The folder; made when it does not exist.</param>
    /// <exception cref="OnnxException">The model is missing, damaged, or can't be run.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static void Prepare(OnnxEnvironment environment, string sourcePath, string destinationFolder)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrEmpty(sourcePath);
        var destination = Directory.CreateDirectory(destinationFolder).FullName;
        var optimised = Directory.CreateDirectory(Path.Combine(destination, $"optimised-{Guid.NewGuid():N}")).FullName;
        // In two steps, so that packing reads mapped weights instead of weights that fill the heap.
        Save(environment, sourcePath, optimised, prepack: false);
        Save(environment, Path.Combine(optimised, PreparedFolder.ModelFile), destination, prepack: true);
        Directory.Delete(optimised, recursive: true);
        PreparedFolder.WriteManifest(destination, new PreparedKey(FileHash.Sha256(sourcePath), environment.Version, CpuFeatures.Describe()));
    }

    // Keys: onnxruntime_session_options_config_keys.h. Creating the session saves the model.
    private static void Save(OnnxEnvironment environment, string source, string folder, bool prepack)
    {
        var api = environment.Api;
        using var options = SessionOptions.Create(api, GraphOptimization.All, oneThread: false,
        [
            ("session.optimized_model_external_initializers_file_name", PreparedFolder.DataFile),
            ("session.optimized_model_external_initializers_min_size_in_bytes", MinMappedBytes),
            ("session.save_external_prepacked_constant_initializers", prepack ? "1" : "0"),
        ]);
        // Saving for this processor only is what is wanted here; the runtime warns of it every time.
        api.Check(api.SetSessionLogSeverityLevel(options.Value, ErrorLevel), OnnxEnvironment.Subject);
        fixed (byte* path = OrtApi.Utf8(Path.Combine(folder, PreparedFolder.ModelFile)))
            api.Check(api.SetOptimizedModelFilePath(options.Value, path), OnnxEnvironment.Subject);
        OnnxSession.Load(environment, source, Path.GetFileName(source), options).Dispose();
    }
}
