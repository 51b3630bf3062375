using System.Security.Cryptography;
using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class BodyIntegrityTests
{
    [Theory]
    [InlineData(1, 8192)]
    [InlineData(2, 16)]
    [InlineData(3, 65_536)]
    [InlineData(4, 4096)]
    [InlineData(5, 1000)]
    public async Task Every_byte_arrives_once_and_in_order_however_it_is_sent_and_read(int seed, int readSize)
    {
        await using var service = await TestService.StartAsync(app => app
            .MapPost("/hash", (RequestDelegate)(async context =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[readSize];
                while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
                    hash.AppendData(buffer, 0, read);
                await context.Response.WriteAsync(Convert.ToHexStringLower(hash.GetHashAndReset()));
            }))
            .RequireMemory(Work.Requirement));
        var random = new Random(seed);
        using var client = await service.ConnectAsync();

        for (var round = 0; round < 6; round++)
        {
            var body = new byte[random.Next(1, 200_000)];
            random.NextBytes(body);
            if (round % 2 == 0)
                await client.PostAsync("/hash", body.Length);
            else
                await client.PostChunkedAsync("/hash");
            for (var at = 0; at < body.Length;)
            {
                var length = Math.Min(random.Next(1, 40_000), body.Length - at);
                await (round % 2 == 0 ? client.SendAsync(body.AsMemory(at, length)) : client.SendChunkAsync(body[at..(at + length)]));
                at += length;
                if (random.Next(4) == 0)
                    await Task.Delay(random.Next(5));
            }
            if (round % 2 == 1)
                await client.SendChunkAsync([]);

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), (await client.ReadAsync()).Body);
        }
        await service.EverythingIsBackAsync();
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFF")]
    [InlineData("80000000")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_chunk_of_a_length_that_is_no_number_or_too_large_a_one_is_a_broken_body(string length)
    {
        await using var service = await new Work().StartAsync();
        using var client = await service.ConnectAsync();

        await client.PostChunkedAsync("/work");
        await client.SendAsync(length + "\r\nabc\r\n");

        (await client.ReadAsync()).IsProblem(400, "bad-body");
        await client.ClosedByServerAsync();
        await service.EverythingIsBackAsync();
    }
}
