using Amazon.Runtime;
using Amazon.S3;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Headroom.Blobs.S3;

/// <summary>
/// Calls S3: each call has its deadline, is retried with growing, jittered waits when that makes sense, and isn't made
/// at all for a moment after half of at least twenty within 30 seconds failed.
/// </summary>
internal sealed class S3Connection : IDisposable
{
    private const int BytesPerSecond = 256 * 1024;

    private readonly S3StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _pipeline;
    private readonly S3HttpClients _clients = new();

    public S3Connection(S3StoreOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
        {
            ServiceURL = options.Endpoint.AbsoluteUri,
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.PathStyle,
            HttpClientFactory = _clients,
            // The pipeline retries, for the SDK's own retries know nothing of the circuit breaker.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            BufferSize = BufferBytes,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
        _pipeline = BuildPipeline(options, time);
    }

    /// <summary>The SDK's buffer for each body it sends.</summary>
    public const int BufferBytes = 64 * 1024;

    public IAmazonS3 Client { get; }

    /// <summary>Makes a call.</summary>
    /// <param name="what">For messages: «S3 could not …».</param>
    /// <param name="sends">How many bytes the call sends; each 256 KiB allow another second.</param>
    /// <param name="call">The call; made again when it failed in a way that may pass.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> RunAsync<T>(string what, long sends, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var deadline = _options.CallTimeout + TimeSpan.FromSeconds(sends / BytesPerSecond);
        try
        {
            return await _pipeline.ExecuteAsync(
                async (state, token) => await InTimeAsync(state.call, state.deadline, token).ConfigureAwait(false),
                (call, deadline),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is not (OperationCanceledException or BlobException or ArgumentException))
        {
            throw S3Problems.Translate(problem, what);
        }
    }

    /// <summary>Lets an operation end when its time is over.</summary>
    /// <exception cref="TimeoutException">It is over.</exception>
    public async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> operation, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await operation(either.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (either.IsCancellationRequested && problem is not BlobException)
        {
            // The SDK wraps what happens to a request that is cancelled in more than one way.
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"No answer within {deadline}.", problem);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _clients.Dispose();
    }

    private static ResiliencePipeline BuildPipeline(S3StoreOptions options, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(S3Problems.IsTransient),
                MaxRetryAttempts = options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(10),
            });
        }
        return builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            // A wrong answer says nothing about whether S3 can cope.
            ShouldHandle = new PredicateBuilder().Handle<Exception>(problem => problem is not S3AnswerException && S3Problems.IsTransient(problem)),
            FailureRatio = 0.5,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = TimeSpan.FromSeconds(10),
        }).Build();
    }
}
