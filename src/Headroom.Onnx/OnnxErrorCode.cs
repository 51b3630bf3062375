namespace Headroom.Onnx;

/// <summary>ONNX Runtime's error codes (<c>OrtErrorCode</c> in onnxruntime_c_api.h).</summary>
public enum OnnxErrorCode
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A general failure; the message says which. A run that finds its arena at its limit ends with this or <see cref="RuntimeException"/>.</summary>
    Fail = 1,

    /// <summary>An argument does not fit the model: a name, a shape, a type.</summary>
    InvalidArgument = 2,

    /// <summary>The model file, or its side file, does not exist.</summary>
    NoSuchFile = 3,

    /// <summary>No model was loaded.</summary>
    NoModel = 4,

    /// <summary>An execution engine failed.</summary>
    EngineError = 5,

    /// <summary>An exception was caught inside the runtime.</summary>
    RuntimeException = 6,

    /// <summary>The file is not a model, or is damaged.</summary>
    InvalidProtobuf = 7,

    /// <summary>A model was loaded already.</summary>
    ModelLoaded = 8,

    /// <summary>The model needs an operator or a type that this build lacks.</summary>
    NotImplemented = 9,

    /// <summary>The model is not a valid graph.</summary>
    InvalidGraph = 10,

    /// <summary>An execution provider failed.</summary>
    ExecutionProviderFail = 11,

    /// <summary>Loading was cancelled.</summary>
    ModelLoadCanceled = 12,

    /// <summary>The model must be compiled first.</summary>
    ModelRequiresCompilation = 13,

    /// <summary>Something that was asked for does not exist.</summary>
    NotFound = 14,
}
