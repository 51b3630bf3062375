using Headroom.AspNetCore.Hosting;
using Headroom.Planning;
using Microsoft.Extensions.Configuration;

namespace Headroom.AspNetCore.Tests.Hosting;

public sealed class HeadroomBuilderTests
{
    [Fact]
    public void The_limit_is_the_configured_one_and_a_tenth_of_it_stays_free()
    {
        var builder = Build(("Limit", "200MB"));

        Assert.Equal(ByteSize.FromMegabytes(200), builder.Limit.Size);
        Assert.Equal("configuration", builder.Limit.Source);
        Assert.Equal(ByteSize.FromMegabytes(20), builder.Margin);
    }

    [Fact]
    public void Services_that_share_a_pool_add_up()
    {
        var builder = Build()
            .AddPool("models", ByteSize.FromMegabytes(8), guaranteed: ByteSize.FromMegabytes(6))
            .AddPool("models", ByteSize.FromMegabytes(4), guaranteed: ByteSize.FromMegabytes(3));

        var pool = Assert.Single(builder.Pools);
        Assert.Equal((ByteSize.FromMegabytes(12), ByteSize.FromMegabytes(9)), (pool.Cap, pool.Guaranteed));
    }

    [Fact]
    public void A_pool_that_services_share_is_one_line_of_the_plan_and_says_what_each_can_reduce()
    {
        var builder = Build()
            .AddPool("models", ByteSize.FromMegabytes(8), guaranteed: ByteSize.FromMegabytes(6), "name smaller models (A).")
            .AddPool("faces", ByteSize.FromMegabytes(4), guaranteed: ByteSize.FromMegabytes(3))
            .AddPool("models", ByteSize.FromMegabytes(4), guaranteed: ByteSize.FromMegabytes(3), "name a smaller model (B).");

        var terms = builder.Terms.Where(t => t.Kind == MemoryPlanKind.Guarantee).Select(t => (t.Name, t.Size, t.Reduce));
        Assert.Equal(
            [
                ("pool «models»", ByteSize.FromMegabytes(9), "name smaller models (A). Or name a smaller model (B)."),
                ("pool «faces»", ByteSize.FromMegabytes(3), "lower the guarantee of pool «faces»."),
            ],
            terms);
    }

    [Fact]
    public void A_configured_limit_does_not_lift_the_one_that_is_enforced()
    {
        var builder = Build(("Limit", "1000000GB"));

        Assert.True(builder.Limit.Size < ByteSize.Parse("1000000GB"));
        Assert.NotEqual("configuration", builder.Limit.Source);
    }

    [Fact]
    public void What_is_configured_is_what_counts()
    {
        var builder = Build(("Limit", "200MB"), ("Margin", "30MB"), ("WORKERS", "3"), ("MaxWaiting", "10"), ("MaxWait", "1.5"));

        Assert.Equal(ByteSize.FromMegabytes(30), builder.Margin);
        Assert.Equal((3, 10, TimeSpan.FromSeconds(1.5)), (builder.Workers, builder.MaxWaiting, builder.MaxWait));
    }

    [Fact]
    public void Without_configuration_there_is_one_worker_and_2048_requests_may_wait_two_minutes()
    {
        var builder = Build();

        Assert.Equal((1, 2048, TimeSpan.FromMinutes(2)), (builder.Workers, builder.MaxWaiting, builder.MaxWait));
    }

    [Fact]
    public void Waiting_requests_are_part_of_what_is_there_without_a_lease()
    {
        var few = Build(("Limit", "1GB"), ("MaxWaiting", "16"));
        var many = Build(("Limit", "1GB"), ("MaxWaiting", "1616"));

        var difference = few.Leasable - many.Leasable;

        Assert.InRange(difference.Bytes, HeadroomBuilder.WaitingRequestCost.Bytes * 1550, HeadroomBuilder.WaitingRequestCost.Bytes * 1650);
    }

    [Theory]
    [InlineData("Limit", "lots")]
    [InlineData("Limit", "0")]
    [InlineData("Limit", "-5MB")]
    [InlineData("Margin", "10%")]
    [InlineData("WEB_CONCURRENCY", "0")]
    [InlineData("WORKERS", "0")]
    [InlineData("WORKERS", "-1")]
    [InlineData("WORKERS", "two")]
    [InlineData("WORKERS", "1.5")]
    [InlineData("MaxWaiting", "-1")]
    [InlineData("MaxWaiting", "many")]
    [InlineData("MaxWaiting", "2.5")]
    [InlineData("MaxWaiting", "1000000000")]
    [InlineData("MaxWait", "-1")]
    [InlineData("MaxWait", "NaN")]
    [InlineData("MaxWait", "forever")]
    public void A_value_that_makes_no_sense_is_named_with_what_to_write(string key, string value)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Build((key, value)));

        Assert.Contains(key.ToUpperInvariant(), refusal.Message);
        Assert.Contains($"'{value}'", refusal.Message);
        Assert.Contains("Write", refusal.Message);
    }

    private static HeadroomBuilder Build(params (string Key, string Value)[] settings) =>
        new(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(s => KeyValuePair.Create<string, string?>(s.Key is "WORKERS" or "WEB_CONCURRENCY" ? s.Key : "Headroom:" + s.Key, s.Value)))
                .Build());
}
