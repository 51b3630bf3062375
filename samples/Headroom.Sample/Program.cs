using System.Security.Cryptography;
using Headroom;
using Headroom.AspNetCore;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Status;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddHeadroom(headroom => headroom.AddPool("hash", cap: ByteSize.FromMegabytes(32)));

var app = builder.Build();
app.MapHeadroom();
app.MapPost(
    "/hash",
    async (HttpRequest request, CancellationToken cancellationToken) => Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Body, cancellationToken)))
    .RequireMemory("hash", perRequest: ByteSize.FromKilobytes(16), maxBody: ByteSize.FromMegabytes(8));
app.Run();
