using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.AspNetCore.Tests.Problems;

public sealed class ExceptionHandlerTests
{
    private const int Large = 3_000_000;

    [Fact]
    public async Task What_a_service_expects_is_answered_by_its_own_handler_beside_the_headers_of_the_route()
    {
        await using var service = await StartAsync(new TimeoutException("slow"));
        using var client = await service.ConnectAsync();

        var answer = await client.GetAsync("/work");

        answer.IsProblem(503, "slow-store");
        Assert.Equal("here", answer.Headers["X-Route"]);
        Assert.Equal(200, (await client.GetAsync("/health")).Status);
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task The_unread_body_of_a_request_that_such_a_handler_answers_is_thrown_away()
    {
        await using var service = await StartAsync(new TimeoutException("slow"));
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", Large, new byte[1000]);
        var answer = await client.ReadAsync();

        answer.IsProblem(503, "slow-store");
        Assert.Equal("close", answer.Headers["Connection"]);
        await client.ClosedByServerAsync();
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task What_no_handler_knows_stays_a_fault_of_the_program()
    {
        await using var service = await StartAsync(new InvalidOperationException("the secret"));
        using var client = await service.ConnectAsync();

        var answer = await client.GetAsync("/work");

        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain("secret", answer.Body);
        Assert.Contains("the secret", service.Errors);
    }

    [Fact]
    public async Task A_handler_that_answers_everything_does_not_take_what_the_library_answers()
    {
        await using var service = await StartAsync(new ProblemException(StatusCodes.Status409Conflict, "taken", "It is taken."), answersAll: true);
        using var client = await service.ConnectAsync();

        (await client.GetAsync("/work")).IsProblem(409, "taken");
    }

    private static Task<TestService> StartAsync(Exception failure, bool answersAll = false) => TestService.StartAsync(
        app => app
            .MapMethods("/work", ["GET", "POST"], (RequestDelegate)(context =>
            {
                context.Response.Headers["X-Route"] = "here";
                throw failure;
            }))
            .RequireMemory(TestService.PoolName, new ByteSize(1), ByteSize.FromMegabytes(3)),
        add: services => services.AddSingleton<IExceptionHandler>(new SlowStores(answersAll)));

    private sealed class SlowStores(bool answersAll) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (!answersAll && exception is not TimeoutException)
                return false;
            await Problem.Unavailable("slow-store", "The store is slow. Try again.", TimeSpan.FromSeconds(1)).ExecuteAsync(httpContext);
            return true;
        }
    }
}
