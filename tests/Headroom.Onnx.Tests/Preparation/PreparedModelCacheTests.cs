using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Headroom.Onnx.Tests.Preparation;

public sealed class PreparedModelCacheTests(SharedEnvironment shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Writable => _folder["writable"];

    private string ReadOnly => _folder["read-only"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_prepared_once_and_found_afterwards()
    {
        using var cache = Cache("prepare");
        var first = await cache.GetAsync(TestModels.Embedding);
        var second = await cache.GetAsync(TestModels.Embedding);
        Assert.True(first.WasPrepared);
        Assert.Null(first.Replaced);
        Assert.Equal(first with { WasPrepared = false }, second);
        Assert.Equal(new FileInfo(Path.Combine(Path.GetDirectoryName(first.ModelPath)!, "model.data")).Length, first.MappedBytes);
        Assert.Equal(
            ["model.data", "model.onnx", "prepared.json"], Directory.GetFiles(Path.GetDirectoryName(first.ModelPath)!).Select(Path.GetFileName).Order());
        AssertNothingLeftOver();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prepared_model_computes_what_the_original_does_and_maps_its_weights(bool oneThread)
    {
        using var cache = Cache("prepare");
        foreach (var source in new[] { TestModels.Detector, TestModels.Embedding })
        {
            var prepared = await cache.GetAsync(source);
            using var original = OnnxSession.Open(shared.Value, source.Path);
            using var mapped = OnnxSession.Open(shared.Value, prepared, oneThread);
            Assert.Contains(Path.ChangeExtension(prepared.ModelPath, ".data"), await File.ReadAllTextAsync("/proc/self/maps"), StringComparison.Ordinal);
            Assert.Equal(source.Name, mapped.Name);
            using var expected = original.CreateRun();
            using var actual = mapped.CreateRun();
            TestModels.FillPixels(expected.Input<float>(0), seed: 7);
            TestModels.FillPixels(actual.Input<float>(0), seed: 7);
            expected.Run();
            actual.Run();
            for (var i = 0; i < original.Outputs.Count; i++)
                Assert.Equal(expected.Output<float>(i).ToArray(), actual.Output<float>(i).ToArray());
        }
    }

    [Theory]
    [InlineData("model.data", "overwritten")]
    [InlineData("model.data", "truncated")]
    [InlineData("model.data", "missing")]
    [InlineData("model.onnx", "overwritten")]
    [InlineData("model.onnx", "truncated")]
    [InlineData("prepared.json", "overwritten")]
    [InlineData("prepared.json", "truncated")]
    [InlineData("prepared.json", "missing")]
    public async Task A_damaged_file_is_found_and_the_model_prepared_again(string file, string damage)
    {
        using var cache = Cache("prepare");
        var good = await cache.GetAsync(TestModels.Detector);
        Damage(Path.Combine(Path.GetDirectoryName(good.ModelPath)!, file), damage);
        var repaired = await cache.GetAsync(TestModels.Detector);
        Assert.True(repaired.WasPrepared);
        Assert.Contains(file, repaired.Replaced, StringComparison.Ordinal);
        using var session = OnnxSession.Open(shared.Value, repaired);
        Assert.False((await cache.GetAsync(TestModels.Detector)).WasPrepared);
        AssertNothingLeftOver();
    }

    [Theory]
    [InlineData("source_sha256")]
    [InlineData("runtime_version")]
    [InlineData("cpu")]
    public async Task What_was_prepared_for_something_else_is_not_used(string property)
    {
        using var cache = Cache("prepare");
        var manifest = Path.Combine(Path.GetDirectoryName((await cache.GetAsync(TestModels.Detector)).ModelPath)!, "prepared.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
        json[property] = "something else";
        await File.WriteAllTextAsync(manifest, json.ToJsonString());
        Assert.Contains("another model, runtime version or processor", (await cache.GetAsync(TestModels.Detector)).Replaced, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_points_elsewhere_is_not_followed()
    {
        using var cache = Cache("prepare");
        var manifest = Path.Combine(Path.GetDirectoryName((await cache.GetAsync(TestModels.Detector)).ModelPath)!, "prepared.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("model.data", "../../secret", StringComparison.Ordinal));
        Assert.Contains("no part of a prepared model", (await cache.GetAsync(TestModels.Detector)).Replaced, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_folder_is_used_without_the_source_and_without_preparing()
    {
        await PrepareReadOnly(TestModels.Detector);
        using var cache = Cache("fail");
        var found = await cache.GetAsync(TestModels.Detector with { Path = "/nowhere" });
        Assert.StartsWith(ReadOnly, found.ModelPath, StringComparison.Ordinal);
        Assert.False(found.WasPrepared);
        Assert.False(Directory.Exists(Writable));
    }

    [Fact]
    public async Task Damage_in_a_read_only_folder_is_reported_and_left_alone()
    {
        var model = (await PrepareReadOnly(TestModels.Detector)).ModelPath;
        Damage(model, "truncated");
        var length = new FileInfo(model).Length;
        using var cache = Cache("prepare");
        var repaired = await cache.GetAsync(TestModels.Detector);
        Assert.StartsWith(Writable, repaired.ModelPath, StringComparison.Ordinal);
        Assert.Contains(ReadOnly, repaired.Replaced, StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(model).Length);
    }

    [Fact]
    public async Task Callers_and_processes_that_race_all_get_a_whole_model()
    {
        using var one = Cache("prepare");
        using var other = Cache("prepare");
        var models = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : other).GetAsync(TestModels.Detector)));
        Assert.Single(models.Select(m => m.ModelPath).Distinct());
        Assert.InRange(models.Count(m => m.WasPrepared), 1, 2);
        using var session = OnnxSession.Open(shared.Value, models[0]);
        AssertNothingLeftOver();
    }

    [Fact]
    public async Task A_source_of_another_hash_is_refused_with_both_hashes()
    {
        using var cache = Cache("prepare");
        var wrong = TestModels.Detector with { Sha256 = TestModels.Embedding.Sha256 };
        var error = await Assert.ThrowsAsync<PreparationException>(() => cache.GetAsync(wrong));
        Assert.Equal(PreparationFailure.SourceMismatch, error.Failure);
        Assert.Contains(wrong.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains($"sha256 {TestModels.Detector.Sha256}, expected {TestModels.Embedding.Sha256}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_source_is_reported_with_its_path()
    {
        using var cache = Cache("prepare");
        var error = await Assert.ThrowsAsync<PreparationException>(() => cache.GetAsync(TestModels.Detector with { Path = "/nowhere/m.onnx" }));
        Assert.Equal(PreparationFailure.SourceMissing, error.Failure);
        Assert.Contains("/nowhere/m.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_process_is_reported_with_the_end_of_what_it_said()
    {
        using var cache = Cache("fail");
        var error = await Assert.ThrowsAsync<PreparationException>(() => cache.GetAsync(TestModels.Detector));
        Assert.Equal(PreparationFailure.ProcessFailed, error.Failure);
        Assert.Contains("code 3", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("The last line tells.", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 3000);
        AssertNothingLeftOver();
    }

    [Fact]
    public async Task A_model_that_the_runtime_refuses_is_reported_with_its_reason()
    {
        await File.WriteAllTextAsync(_folder["broken.onnx"], "not a model");
        var source = new ModelSource("broken", _folder["broken.onnx"], Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("not a model"u8)));
        using var cache = Cache("prepare");
        var error = await Assert.ThrowsAsync<PreparationException>(() => cache.GetAsync(source));
        Assert.Contains("broken.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidProtobuf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_can_not_be_started_is_reported()
    {
        using var cache = new PreparedModelCache([Writable], new PreparationCommand("/nowhere/program", []), shared.Value.Version);
        var error = await Assert.ThrowsAsync<PreparationException>(() => cache.GetAsync(TestModels.Detector));
        Assert.Equal(PreparationFailure.NotStarted, error.Failure);
        Assert.Contains("/nowhere/program", error.Message, StringComparison.Ordinal);
        AssertNothingLeftOver();
    }

    [Fact]
    public async Task A_process_that_makes_nothing_is_reported()
    {
        using var cache = Cache("nothing");
        var error = await Assert.ThrowsAsync<PreparationException>(() => cache.GetAsync(TestModels.Detector));
        Assert.Equal(PreparationFailure.BadResult, error.Failure);
        AssertNothingLeftOver();
    }

    [Fact]
    public async Task A_process_that_takes_too_long_is_killed_and_nothing_is_left()
    {
        using var cache = new PreparedModelCache([Writable], TestHost.Command("hang") with { Timeout = TimeSpan.FromSeconds(2) }, shared.Value.Version);
        var getting = cache.GetAsync(TestModels.Detector);
        var process = await HangingProcess();
        var error = await Assert.ThrowsAsync<PreparationException>(() => getting);
        Assert.Equal(PreparationFailure.TimedOut, error.Failure);
        Assert.Contains("00:00:02", error.Message, StringComparison.Ordinal);
        AssertGone(process);
    }

    [Fact]
    public async Task Cancelling_kills_the_process_and_leaves_nothing()
    {
        using var cache = Cache("hang");
        using var source = new CancellationTokenSource();
        var getting = cache.GetAsync(TestModels.Detector, source.Token);
        var process = await HangingProcess();
        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => getting);
        Assert.Equal(source.Token, error.CancellationToken);
        AssertGone(process);
    }

    [Fact]
    public async Task What_a_killed_process_left_long_ago_is_swept_and_what_is_new_is_not()
    {
        var old = Directory.CreateDirectory(Path.Combine(Writable, $".preparing-detector-{Guid.NewGuid():N}")).FullName;
        var young = Directory.CreateDirectory(Path.Combine(Writable, $".preparing-detector-{Guid.NewGuid():N}")).FullName;
        var other = Directory.CreateDirectory(Path.Combine(Writable, ".preparing-for-the-exam")).FullName;
        Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-1));
        Directory.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddHours(-1));
        using var cache = Cache("prepare");
        await cache.GetAsync(TestModels.Detector);
        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(young));
        Assert.True(Directory.Exists(other), "No cache makes such a name.");
    }

    [Fact]
    public async Task A_damaged_model_in_whose_folder_somebody_put_something_is_left_and_told()
    {
        using var cache = Cache("prepare");
        var folder = Path.GetDirectoryName((await cache.GetAsync(TestModels.Detector)).ModelPath)!;
        Damage(Path.Combine(folder, "model.data"), "truncated");
        var notes = Path.Combine(folder, "notes.txt");
        await File.WriteAllTextAsync(notes, "which photos it fails on");

        var told = await Assert.ThrowsAsync<IOException>(() => cache.GetAsync(TestModels.Detector));

        Assert.Contains(notes, told.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(notes));
        File.Delete(notes);
        Assert.True((await cache.GetAsync(TestModels.Detector)).WasPrepared);
    }

    [Theory]
    [InlineData("", "00")]
    [InlineData("../up", "00")]
    [InlineData(".hidden", "00")]
    [InlineData("a/b", "00")]
    [InlineData("fine", "00")]
    [InlineData("fine", "zz1acf4887eff165497762346fcafbdec58f662a2ceb01e5edb979f54b9875b6")]
    public async Task Malformed_names_and_hashes_are_refused(string name, string sha256)
    {
        using var cache = Cache("fail");
        await Assert.ThrowsAsync<ArgumentException>(() => cache.GetAsync(new ModelSource(name, TestModels.Detector.Path, sha256)));
    }

    private PreparedModelCache Cache(string verb) => new([ReadOnly, Writable], TestHost.Command(verb), shared.Value.Version);

    private async Task<PreparedModel> PrepareReadOnly(ModelSource source)
    {
        using var cache = new PreparedModelCache([ReadOnly], TestHost.Command("prepare"), shared.Value.Version);
        return await cache.GetAsync(source);
    }

    private static void Damage(string file, string damage)
    {
        if (damage == "missing")
        {
            File.Delete(file);
            return;
        }
        using var stream = new FileStream(file, FileMode.Open);
        if (damage == "truncated")
        {
            stream.SetLength(stream.Length - 4);
            return;
        }
        stream.Position = stream.Length / 2;
        var bytes = new byte[4];
        stream.ReadExactly(bytes);
        stream.Position -= 4;
        stream.Write(bytes.Select(b => (byte)~b).ToArray());
    }

    private async Task<Process> HangingProcess()
    {
        while (true)
        {
            var file = Directory.Exists(Writable) ? Directory.EnumerateFiles(Writable, "pid", SearchOption.AllDirectories).FirstOrDefault() : null;
            if (file is not null && int.TryParse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture, out var id))
                return Process.GetProcessById(id);
            await Task.Delay(10);
        }
    }

    private void AssertGone(Process process)
    {
        using (process)
            Assert.True(process.HasExited);
        AssertNothingLeftOver();
    }

    private void AssertNothingLeftOver() =>
        Assert.Empty(Directory.Exists(Writable) ? Directory.EnumerateDirectories(Writable, ".*") : []);
}
