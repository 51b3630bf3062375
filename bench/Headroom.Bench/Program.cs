using Headroom.Bench.Commands;
using Headroom.Measuring;

// What runs inside the limit, where it does, runs as the server does.
NativeHeap.KeepSmall();
return await BenchCommand.Create().Parse(args).InvokeAsync();
