using System.CommandLine;
using Headroom.Bench;

// After Ctrl-C there are a server to kill, a cgroup to remove and a folder to delete.
var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
try
{
    return await BenchCommand.Create().Parse(args).InvokeAsync(configuration);
}
catch (BenchException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped; everything was cleaned up.");
    return 130;
}
