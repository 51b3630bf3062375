// Two measurements at once share the processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
