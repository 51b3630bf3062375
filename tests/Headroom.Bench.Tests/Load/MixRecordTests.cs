using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class MixRecordTests
{
    private const long Start = 1_000;

    private static readonly Answer Right = new("200 accepted", IsRight: true, IsProper: true, 40);
    private static readonly Answer Busy = new("503", IsRight: false, IsProper: true, 5);

    private readonly MixRecord _record = new(Start);

    [Fact]
    public void Answers_stand_in_the_second_in_which_they_came()
    {
        End(VisitKind.Good, Right, 0.2);
        End(VisitKind.Good, Right, 2.9);
        End(VisitKind.Good, Busy, 2.1);
        Assert.Equal([new(1, 0, 0), LoadSecond.None, new(1, 1, 0)], _record.Report(3).Timeline);
    }

    [Fact]
    public void Only_answers_that_came_in_time_count_for_the_rate()
    {
        End(VisitKind.Good, Right, 0.5);
        End(VisitKind.Good, Right, 1.5);
        End(VisitKind.Good, Right, 2.5);
        var report = _record.Report(2);
        Assert.Equal((1.0, 3), (report.RightPerSecond, report.Right));
    }

    [Fact]
    public void A_stretch_counts_its_whole_seconds_only()
    {
        for (var second = 0; second < 10; second++)
            End(VisitKind.Good, Right, second + 0.5);
        var report = _record.Report(10);
        Assert.Equal(3, report.Between(2, 5).Right);
        Assert.Equal(2, report.Between(2.3, 5.8).Right);
        Assert.Equal(0, report.Between(8, 8.9).Right);
        Assert.Equal(2, report.Between(8, 99).Right);
    }

    [Fact]
    public void A_bad_request_that_succeeds_is_improper()
    {
        End(VisitKind.Garbage, Right, 1);
        End(VisitKind.Garbage, new Answer("415", IsRight: false, IsProper: true, 1), 1);
        End(VisitKind.TooLong, Busy, 1);
        var report = _record.Report(2);
        Assert.Equal(new Dictionary<string, int> { ["Garbage: 200 accepted"] = 1 }, report.Improper);
        Assert.Equal(0, report.Right);
    }

    [Fact]
    public void A_client_that_left_wanted_no_answer()
    {
        End(VisitKind.Leave, Answer.Failed("ConnectionReset", 1), 1);
        Assert.Empty(_record.Report(2).Improper);
    }

    [Fact]
    public void Requests_without_an_answer_are_improper()
    {
        End(VisitKind.Good, Answer.Failed("ConnectionReset", 1), 1);
        End(VisitKind.Stall, Answer.Failed("closed without an answer", 1), 1);
        Assert.Equal(2, _record.Report(2).Improper.Values.Sum());
    }

    [Fact]
    public void Times_are_of_right_answers()
    {
        End(VisitKind.Good, Right with { Milliseconds = 100 }, 1);
        End(VisitKind.Good, Right with { Milliseconds = 300 }, 1);
        End(VisitKind.Good, Busy with { Milliseconds = 9000 }, 1);
        var report = _record.Report(2);
        Assert.Equal((100.0, 300.0), (report.P50, report.Max));
    }

    [Fact]
    public void The_most_connections_and_the_worst_delay_are_kept()
    {
        _record.Arrived(TimeSpan.FromMilliseconds(3));
        _record.Arrived(TimeSpan.FromMilliseconds(1));
        _record.Gone();
        _record.Arrived(TimeSpan.Zero);
        _record.Dropped();
        var report = _record.Report(1);
        Assert.Equal((2, 3.0, 1), (report.MostOpen, report.LatestArrival, report.NotSent));
    }

    private void End(VisitKind kind, Answer answer, double second) => _record.Ended(kind, answer, Start + (long)(second * Stopwatch.Frequency));
}
