using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Residents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Problems;

public sealed class ProblemTests
{
    [Fact]
    public async Task A_problem_has_the_members_of_RFC_9457()
    {
        var answer = await AnswerToAsync(new ProblemException(StatusCodes.Status422UnprocessableEntity, "no-face", "No face was found."));

        answer.IsProblem(422, "no-face");
        Assert.Equal("Unprocessable Entity", answer.Json.GetProperty("title").GetString());
        Assert.Equal("No face was found.", answer.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_a_503_that_says_when_to_come_back()
    {
        var answer = await AnswerToAsync(new ModelUnavailableException("detector", new IOException("The file is missing.")));

        answer.IsProblem(503, "model-unavailable");
        Assert.Contains("'detector'", answer.Body);
        Assert.Contains("The file is missing.", answer.Body);
        Assert.Equal("5", answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_lease_that_can_never_be_granted_is_a_413()
    {
        var answer = await AnswerToAsync(
            new MemoryLeaseRefusedException("work", LeaseRefusal.TooLarge, ByteSize.FromMegabytes(9), TimeSpan.FromSeconds(60), "9.0 MB were asked."));

        answer.IsProblem(413, "operation-too-large");
        Assert.DoesNotContain("Retry-After", answer.Headers.Keys);
    }

    [Fact]
    public async Task A_refused_lease_says_when_to_come_back_in_whole_seconds()
    {
        var answer = await AnswerToAsync(
            new MemoryLeaseRefusedException("work", LeaseRefusal.QueueFull, ByteSize.FromMegabytes(9), TimeSpan.FromSeconds(3.2), "Too many wait."));

        answer.IsProblem(503, "memory-busy");
        Assert.Equal("4", answer.Headers["Retry-After"]);
    }

    [Fact]
    public void A_failure_that_nobody_expected_is_not_explained()
    {
        Assert.Null(Problem.From(new InvalidOperationException("the secret")));
    }

    [Fact]
    public async Task A_failure_after_the_answer_began_ends_the_connection_and_not_the_service()
    {
        await using var service = await TestService.StartAsync(app => app
            .MapGet("/work", (RequestDelegate)(async context =>
            {
                await context.Response.WriteAsync("begun");
                await context.Response.Body.FlushAsync();
                throw new ProblemException(StatusCodes.Status409Conflict, "late", "Too late.");
            }))
            .RequireMemory(TestService.PoolName, new ByteSize(1)));
        using var client = await service.ConnectAsync();

        await client.SendAsync("GET /work HTTP/1.1\r\nHost: test\r\n\r\n");
        await client.ClosedByServerAsync();

        await service.EverythingIsBackAsync();
        using var next = await service.ConnectAsync();
        Assert.Equal(200, (await next.GetAsync("/health")).Status);
    }

    private static async Task<RawResponse> AnswerToAsync(Exception failure)
    {
        await using var service = await TestService.StartAsync(
            app => app.MapGet("/work", (RequestDelegate)(_ => throw failure)).RequireMemory(TestService.PoolName, new ByteSize(1)));
        using var client = await service.ConnectAsync();
        return await client.GetAsync("/work");
    }
}
