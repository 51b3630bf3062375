using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>Reads what inputs and outputs a session declares.</summary>
internal static unsafe class SessionSignature
{
    /// <summary>Reads all inputs, or all outputs.</summary>
    /// <exception cref="OnnxException">One of them is not a tensor.</exception>
    public static OnnxTensorInfo[] Read(OrtApi api, nint session, string model, bool inputs)
    {
        nuint count;
        api.Check(inputs ? api.SessionGetInputCount(session, &count) : api.SessionGetOutputCount(session, &count), model);
        var infos = new OnnxTensorInfo[count];
        for (nuint i = 0; i < count; i++)
        {
            var name = ReadName(api, session, model, inputs, i);
            nint type, tensor;
            api.Check(inputs ? api.SessionGetInputTypeInfo(session, i, &type) : api.SessionGetOutputTypeInfo(session, i, &type), model);
            using var owned = new OrtHandle(type, api.ReleaseTypeInfo);
            api.Check(api.CastTypeInfoToTensorInfo(type, &tensor), model);
            if (tensor == 0)
                throw new OnnxException(
                    OnnxErrorCode.NotImplemented, model, $"'{name}' is not a tensor but a sequence, map or optional value, which Headroom does not run");
            infos[i] = ReadTensor(api, tensor, model, name);
        }
        return infos;
    }

    /// <summary>Number of dimensions of a tensor type, then its dimensions into <paramref name="dimensions"/>, replaced when too short.</summary>
    public static int ReadShape(OrtApi api, nint tensor, string model, ref long[] dimensions)
    {
        nuint rank;
        api.Check(api.GetDimensionsCount(tensor, &rank), model);
        if (dimensions.Length < (int)rank)
            dimensions = new long[rank];
        fixed (long* values = dimensions)
            api.Check(api.GetDimensions(tensor, values, rank), model);
        return (int)rank;
    }

    private static OnnxTensorInfo ReadTensor(OrtApi api, nint tensor, string model, string name)
    {
        int elementType;
        api.Check(api.GetTensorElementType(tensor, &elementType), model);
        long[] dimensions = [];
        ReadShape(api, tensor, model, ref dimensions);
        return new OnnxTensorInfo(name, (OnnxElementType)elementType, dimensions);
    }

    private static string ReadName(OrtApi api, nint session, string model, bool inputs, nuint index)
    {
        nint allocator;
        api.Check(api.GetAllocatorWithDefaultOptions(&allocator), model);
        byte* name;
        api.Check(inputs ? api.SessionGetInputName(session, index, allocator, &name) : api.SessionGetOutputName(session, index, allocator, &name), model);
        try
        {
            return OrtApi.Text(name);
        }
        finally
        {
            api.Check(api.AllocatorFree(allocator, name), model);
        }
    }
}
