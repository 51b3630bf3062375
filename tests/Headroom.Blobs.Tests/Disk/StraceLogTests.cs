namespace Headroom.Blobs.Tests.Disk;

public sealed class StraceLogTests
{
    [Fact]
    public void A_call_that_another_threads_interrupted_is_one_call_where_it_returned() =>
        Assert.Equal(
            ["rename(\"a\", \"b\") = 0", "fsync(250</data/scratch/05>) = 0"],
            StraceLog.Returned(
            [
                "31344 fsync(250</data/scratch/05> <unfinished ...>",
                "31345 rename(\"a\", \"b\") = 0",
                "31344 <... fsync resumed>) = 0",
            ]));

    [Fact]
    public void A_call_that_failed_is_left_out() =>
        Assert.Equal(
            ["mkdir(\"a\") = 0"],
            StraceLog.Returned(
            [
                "7 mkdir(\"b\") = -1 EEXIST (File exists)",
                "7 rmdir(\"b\" <unfinished ...>",
                "8 mkdir(\"a\") = 0",
                "7 <... rmdir resumed>) = -1 ENOTEMPTY (Directory not empty)",
            ]));

    [Fact]
    public void Where_the_beginning_counts_the_return_is_left_out() =>
        Assert.Equal(
            ["sendto(5, \"x\" <unfinished ...>", "fsync(6) = 0"],
            StraceLog.Returned(
                ["7 sendto(5, \"x\" <unfinished ...>", "8 fsync(6) = 0", "7 <... sendto resumed>) = 1"],
                begun: call => call.StartsWith("send", StringComparison.Ordinal)));
}
