// Each test here reads what the whole process holds: it is the only one that does something.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
