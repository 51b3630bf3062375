using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Headroom.Onnx.Tests.Sessions;

public sealed class OnnxEnvironmentTests(SharedEnvironment shared)
{
    private const string LibraryFile = "libonnxruntime.so";

    [Fact]
    public void The_version_is_the_librarys_own() =>
        Assert.True(Version.Parse(shared.Value.Version) >= new Version(1, 30), shared.Value.Version);

    [Fact]
    public void A_second_environment_is_refused_while_one_lives()
    {
        var error = Assert.Throws<InvalidOperationException>(() => OnnxEnvironment.Create());
        Assert.Contains("only one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_is_reported_with_its_path()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<OnnxLibraryException>(() => OnnxEnvironment.Create(new OnnxEnvironmentOptions { LibraryFolder = folder.Path }));
        Assert.Equal(folder[LibraryFile], error.Path);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_reported()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[LibraryFile], "not a library");
        var error = Assert.Throws<OnnxLibraryException>(() => OnnxEnvironment.Create(new OnnxEnvironmentOptions { LibraryFolder = folder.Path }));
        Assert.Contains("can't load it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_not_ONNX_Runtime_is_reported()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), folder[LibraryFile]);
        var error = Assert.Throws<OnnxLibraryException>(() => OnnxEnvironment.Create(new OnnxEnvironmentOptions { LibraryFolder = folder.Path }));
        Assert.Contains("not ONNX Runtime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_library_is_refused_with_both_versions()
    {
        using var folder = new TemporaryFolder();
        var library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, LibraryFile));
        Replace(library, $"\0{shared.Value.Version}\0", "\01.29.0\0");
        File.WriteAllBytes(folder[LibraryFile], library);
        var (exitCode, _, errors) = TestHost.Run("load", folder.Path);
        Assert.Equal(1, exitCode);
        Assert.Contains("its version is 1.29.0, needed is 1.30", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1L)]
    [InlineData(1, 0L)]
    public void Settings_out_of_range_are_refused(int threads, long maxArenaBytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = threads, MaxArenaBytes = maxArenaBytes }));

    [Fact]
    public void Nothing_about_its_use_is_kept_for_the_makers()
    {
        using var home = new TemporaryFolder();
        var (exitCode, _, errors) = TestHost.Run(
            start =>
            {
                start.Environment["HOME"] = home.Path;
                // The library also keeps quiet in a continuous integration; here it must keep quiet by itself.
                foreach (var name in new[] { "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "CI", "GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI", "JENKINS_URL" })
                    start.Environment.Remove(name);
            },
            "churn", TestModels.Embedding.Path, "10");
        Assert.True(exitCode == 0, errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path, "*onnxruntime*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path, "Microsoft", SearchOption.AllDirectories));
    }

    [Fact]
    public void Shrinking_gives_the_arenas_free_regions_back()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Detector.Path);
        using var run = session.CreateRun();
        run.Run();
        var before = shared.Value.Arena;
        shared.Value.ShrinkArena();
        var after = shared.Value.Arena;
        Assert.True(before.AllocatedBytes > 10_000_000, $"{before}");
        Assert.True(after.AllocatedBytes - after.InUseBytes < 1_000_000, $"{after}");
        Assert.True(after.PeakInUseBytes >= before.InUseBytes);
    }

    [Fact]
    public void Results_are_the_same_after_shrinking()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        using var run = session.CreateRun();
        TestModels.FillPixels(run.Input<float>(0), seed: 1);
        run.Run();
        var expected = run.Output<float>(0).ToArray();
        shared.Value.ShrinkArena();
        run.Run();
        Assert.Equal(expected, run.Output<float>(0).ToArray());
    }

    [Fact]
    public void A_run_beyond_the_arenas_limit_fails_and_later_ones_work()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder["chain.onnx"], OnnxElementType.Float, length: null, "Tanh", "Exp", "Tanh");
        var (_, output, errors) = TestHost.Run("limit", model, "16000000");
        Assert.True(output == "refused ran True", output + errors);
    }

    [Fact]
    public void Runs_outlive_the_session_and_the_environment_that_made_them()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder["abs.onnx"], OnnxElementType.Float, length: null, "Neg");
        var (_, output, errors) = TestHost.Run("outlive", model);
        Assert.True(output == "True -2", output + errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loading_running_and_unloading_two_hundred_times_leaves_no_memory_behind(bool prepared)
    {
        using var folder = new TemporaryFolder();
        var path = TestModels.Detector.Path;
        if (prepared)
        {
            Assert.Equal(0, TestHost.Run("prepare", path, folder["prepared"]).ExitCode);
            path = Path.Combine(folder["prepared"], "model.onnx");
        }
        var (exitCode, output, errors) = TestHost.Run("churn", path, "200");
        Assert.True(exitCode == 0, errors);
        var kilobytes = output.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        // A loaded detector takes 25 MB after a run: one that stayed would show, and so would 10 KB a round.
        Assert.True(kilobytes[2] - kilobytes[1] < 2_000, $"grew from {kilobytes[1]} to {kilobytes[2]} kB in 180 rounds");
        Assert.True(kilobytes[2] - kilobytes[0] < 6_000, $"kept {kilobytes[2] - kilobytes[0]} kB after unloading");
        Assert.True(kilobytes[3] < 1_000_000, $"the arena kept {kilobytes[3]} bytes");
    }

    private static void Replace(byte[] bytes, string old, string replacement)
    {
        var (from, to) = (Encoding.ASCII.GetBytes(old), Encoding.ASCII.GetBytes(replacement));
        var found = 0;
        for (var at = bytes.AsSpan().IndexOf(from); at >= 0; at = bytes.AsSpan().IndexOf(from))
        {
            to.CopyTo(bytes, at);
            found++;
        }
        Assert.True(found > 0, "The library does not hold its version as text.");
    }
}
