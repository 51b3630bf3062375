using Headroom.Pressure;

namespace Headroom.Tests.Pressure;

public sealed class PausedRoomTests
{
    private const long Limit = 1000;

    private readonly PausedRoom _room = new();
    private DateTimeOffset _now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Work_may_fill_92_percent_of_the_limit()
    {
        Assert.Equal(120, Update(800));
        Assert.Equal(0, Update(920));
        Assert.Equal(0, Update(1000));
    }

    [Fact]
    public void It_may_fill_less_for_every_second_in_which_code_is_starved()
    {
        Update(890, starving: true, seconds: 0);
        Assert.Equal(0.86, _room.Bound, 0.0001);
        Update(890, starving: true, seconds: 0.5);
        Assert.Equal(0.86, _room.Bound, 0.0001);
        Update(890, starving: true, seconds: 0.5);
        Assert.Equal(0.83, _room.Bound, 0.0001);
    }

    [Fact]
    public void It_goes_up_again_by_trial_and_more_slowly_after_each_that_went_wrong()
    {
        Update(890, starving: true);
        var first = SecondsUntilHigher();
        Update(890, starving: true);
        var second = SecondsUntilHigher();

        Assert.Equal((10, 20), (first, second));
    }

    [Fact]
    public void It_never_goes_below_nothing_nor_above_where_it_began()
    {
        for (var i = 0; i < 100; i++)
            Update(890, starving: true);
        Assert.Equal(0, _room.Bound);

        for (var i = 0; i < 10_000; i++)
            Update(100, seconds: 60);
        Assert.Equal(ControlLaw.RoomWhilePaused, _room.Bound);
    }

    private int SecondsUntilHigher()
    {
        var (bound, seconds) = (_room.Bound, 0);
        for (; _room.Bound <= bound; seconds++)
            Update(500);
        return seconds;
    }

    private long Update(long used, bool starving = false, double seconds = 1) =>
        _room.Update(_now += TimeSpan.FromSeconds(seconds), used, Limit, starving);
}
