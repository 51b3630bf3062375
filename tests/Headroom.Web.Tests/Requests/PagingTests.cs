using Headroom.Web.Requests;
using Microsoft.AspNetCore.Http;

namespace Headroom.Web.Tests.Requests;

public sealed class PagingTests
{
    [Theory]
    [InlineData("", 0, 50)]
    [InlineData("?limit=500&cursor=7", 7, 500)]
    [InlineData("?limit=1", 0, 1)]
    public void A_page_is_read_from_the_query(string query, long after, int limit)
    {
        Assert.True(Paging.TryRead(Query(query), out var page, out _));

        Assert.Equal(new Paging(after, limit), page);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=501")]
    [InlineData("?limit=ten")]
    [InlineData("?cursor=-1")]
    [InlineData("?cursor=x")]
    public void A_page_that_makes_no_sense_is_refused(string query) => Assert.False(Paging.TryRead(Query(query), out _, out _));

    [Fact]
    public void Only_a_full_page_has_a_next_one()
    {
        var page = new Paging(0, 2);

        Assert.Equal("8", page.Next<long>([9, 8], n => n));
        Assert.Null(page.Next<long>([9], n => n));
    }

    private static IQueryCollection Query(string query) => new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request.Query;
}
