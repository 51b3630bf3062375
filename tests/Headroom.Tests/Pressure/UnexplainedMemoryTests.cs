using FsCheck.Fluent;
using Headroom.Pressure;

namespace Headroom.Tests.Pressure;

public sealed class UnexplainedMemoryTests
{
    private const long Mega = 1 << 20;

    private readonly UnexplainedMemory _memory = new();
    private DateTimeOffset _now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(100, 0, 100)]
    [InlineData(150, 50, 100)]
    [InlineData(120, 50, 100)]
    [InlineData(20, 0, 100)]
    [InlineData(20, 300, 100)]
    public void Leases_and_a_plan_that_say_as_much_as_is_used_or_more_leave_nothing_unexplained(long used, long leased, long expected)
    {
        Sample(used, leased, expected);

        Assert.Equal(0, Sample(used, leased, expected));
    }

    [Fact]
    public void A_leak_is_charged_byte_by_byte_once_plan_and_leases_no_longer_cover_it()
    {
        for (var leaked = 0; leaked <= 50; leaked++)
        {
            Sample(80 + 30 + leaked, 30, 100);
            Assert.Equal(Math.Max(0, leaked - 20), Sample(80 + 30 + leaked, 30, 100));
        }
    }

    [Fact]
    public void What_is_freed_a_moment_after_its_lease_is_not_charged()
    {
        Sample(150, 50, 100);
        Assert.Equal(0, Sample(150, 0, 100));
        Assert.Equal(0, Sample(100, 0, 100));
    }

    [Fact]
    public async Task What_an_unload_did_not_bring_is_charged_until_it_comes_back()
    {
        // The plan expects 100 and 60 are used: the missing 30 would hide in the difference.
        Sample(90, 30, 100);
        var check = _memory.CheckReturnAsync(Reading(90, 30, 100), 30 * Mega, 30 * Mega, _now);
        Assert.Equal(30, Sample(90, 0, 100, seconds: 0.1));
        Assert.Equal((0.0, 30.0, true), ((await check).Returned.Megabytes, (await check).Missing.Megabytes, (await check).Failed));
        Assert.Equal(30, Sample(90, 0, 100));

        Assert.Equal(10, Sample(70, 0, 100));
        Assert.Equal(0, Sample(60, 0, 100));
        Assert.Equal(0, Sample(90, 30, 100));
    }

    [Fact]
    public async Task What_an_unload_did_bring_is_not()
    {
        Sample(90, 30, 100);
        var check = _memory.CheckReturnAsync(Reading(90, 30, 100), 30 * Mega, 30 * Mega, _now);

        Assert.Equal(0, Sample(60, 0, 100, seconds: 0.1));
        Assert.Equal((30.0, 0.0, false), ((await check).Returned.Megabytes, (await check).Missing.Megabytes, (await check).Failed));
    }

    [Fact]
    public async Task A_lease_that_said_more_than_was_used_is_not_missing()
    {
        Sample(70, 30, 100);
        var check = _memory.CheckReturnAsync(Reading(70, 30, 100), 30 * Mega, 10 * Mega, _now);

        Assert.Equal(0, Sample(60, 0, 100, seconds: 0.1));
        Assert.False((await check).Failed);
    }

    [Fact]
    public async Task Work_that_comes_in_the_meantime_is_not_taken_for_missing_memory()
    {
        Sample(90, 30, 100);
        var check = _memory.CheckReturnAsync(Reading(90, 30, 100), 30 * Mega, 30 * Mega, _now);

        Assert.Equal(0, Sample(60 + 40, 40, 100, seconds: 0.1));
        Assert.Equal(30, (await check).Returned.Megabytes);
    }

    [Fact]
    public async Task The_kernel_s_counters_are_given_a_moment()
    {
        Sample(90, 30, 100);
        var check = _memory.CheckReturnAsync(Reading(90, 30, 100), 30 * Mega, 30 * Mega, _now);

        Sample(90, 0, 100, seconds: 0.09);
        Assert.False(check.IsCompleted);
        Sample(60, 0, 100, seconds: 0.01);
        Assert.False((await check).Failed);
    }

    [Fact]
    public void A_model_that_is_loaded_again_into_the_memory_it_kept_explains_it_again()
    {
        Sample(90, 30, 100);
        _ = _memory.CheckReturnAsync(Reading(90, 30, 100), 30 * Mega, 30 * Mega, _now);
        Assert.Equal(30, Sample(90, 0, 100));

        Assert.Equal(0, Sample(90, 30, 100));

        Assert.Equal(30, Sample(90, 0, 100));
    }

    [Fact]
    public void Over_generous_leases_only_hide_what_is_missing_while_they_last()
    {
        Sample(90, 30, 100);
        _ = _memory.CheckReturnAsync(Reading(90, 30, 100), 30 * Mega, 30 * Mega, _now);
        Assert.Equal(30, Sample(90, 0, 100));
        Assert.Equal(0, Sample(95, 50, 100));
        Assert.Equal(30, Sample(90, 0, 100));
    }

    [Fact]
    public void It_is_never_negative_never_more_than_is_measured_and_zero_once_everything_came_back()
    {
        var step =
            from used in Gen.Choose(0, 600)
            from leased in Gen.Choose(0, 400)
            from expected in Gen.Choose(0, 200)
            from lease in Gen.Choose(0, 60)
            from unloads in Gen.Elements(false, false, true)
            select (used, leased: leased + lease, expected, lease, taken: lease / 2, unloads);

        Properties.Hold(step.ListOf(), steps =>
        {
            var memory = new UnexplainedMemory();
            var at = _now;
            foreach (var s in steps)
            {
                if (s.unloads)
                    _ = memory.CheckReturnAsync(Reading(s.used, s.leased, s.expected), s.lease * Mega, s.taken * Mega, at);
                var bytes = memory.Update(Reading(s.used, s.leased - s.lease, s.expected), at = at.AddMilliseconds(60));
                if (bytes < 0 || bytes > s.used * Mega || bytes != memory.Bytes)
                    return false;
            }
            // Everything that was ever missing or leaked is back, and no lease is out.
            memory.Update(Reading(0, 0, 1000), at.AddSeconds(1));
            return memory.Update(Reading(0, 0, 1000), at.AddSeconds(2)) == 0 && memory.Update(Reading(1000, 0, 1000), at.AddSeconds(3)) == 0;
        }, cases: 2000);
    }

    private static MemoryReading Reading(long used, long leased, long expected) => new(used * Mega, leased * Mega, expected * Mega);

    private long Sample(long used, long leased, long expected, double seconds = 1)
    {
        _now = _now.AddSeconds(seconds);
        return _memory.Update(Reading(used, leased, expected), _now) / Mega;
    }
}
