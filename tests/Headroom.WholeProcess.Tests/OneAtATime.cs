using System.Runtime.CompilerServices;
using Headroom.Measuring;

// Each test here reads what the whole process holds: it is the only one that does something.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Headroom.WholeProcess.Tests;

/// <summary>
/// The C heap as the program sets it at the top of Main. By default glibc keeps blocks of up to 32 MB once one as large was
/// freed, so that what a test measures would depend on what ran before it.
/// </summary>
internal static class Allocator
{
    [ModuleInitializer]
    internal static void SetAsTheProgramDoes() => NativeHeap.KeepSmall();
}
