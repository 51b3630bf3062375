using Headroom.Budget;
using Headroom.Measuring;
using Headroom.Pressure;

namespace Headroom.Residents;

/// <content>What is in the slot.</content>
public sealed partial class ModelSlot<T>
{
    /// <summary>One loaded model with its lease and its users, guarded by the slot's lock.</summary>
    internal sealed class Holder(ModelSlot<T> slot, T model, MemoryLease lease, long taken)
    {
        private TaskCompletionSource<MemoryReturn?> _unloaded = NewCompletion();
        private bool _retired;

        /// <summary>What came back when it was freed; null when it was to be freed, and stayed.</summary>
        public Task<MemoryReturn?> Unloaded => _unloaded.Task;

        public T Model => model;

        public MemoryLease Lease => lease;

        public int References { get; private set; }

        public ModelReference<T> AddReference()
        {
            Keep();
            return new ModelReference<T>(this);
        }

        public void Keep() => References++;

        public void Release(bool isUse = true)
        {
            bool last;
            lock (slot._lock)
            {
                if (isUse)
                    slot._lastUsed = slot._idleSince = slot._time.GetUtcNow();
                last = --References == 0 && _retired;
            }
            if (last)
                Free();
        }

        /// <summary>From now on the last user frees it. Under the slot's lock.</summary>
        /// <returns>Whether nobody uses it, so that the caller has to.</returns>
        public bool Retire()
        {
            _retired = true;
            return References == 0;
        }

        /// <summary>Takes back that it is to go, unless its last user has let go already. Under the slot's lock.</summary>
        public bool TryStay()
        {
            if (References == 0)
                return false;
            _retired = false;
            _unloaded.SetResult(null);
            _unloaded = NewCompletion();
            return true;
        }

        public void Free()
        {
            var (before, held) = (slot._governor?.Measure(), lease.Bytes);
            try
            {
                model.Dispose();
                NativeHeap.Trim();
            }
            finally
            {
                lease.Dispose();
                _ = FinishAsync(before, held);
            }
        }

        private static TaskCompletionSource<MemoryReturn?> NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        private async Task FinishAsync(MemoryReading? before, long held) =>
            _unloaded.SetResult(await slot.CheckAsync(before, held, taken).ConfigureAwait(false));
    }
}
