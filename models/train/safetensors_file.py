"""Writes safetensors files: the header's length in 8 bytes, a JSON header, then the tensors' bytes (little endian)."""

import json
import struct


def save(tensors, path, metadata):
    """Writes the file. tensors: {name: contiguous float32 CPU tensor}; metadata: {str: str}."""
    header, offset = {"__metadata__": metadata}, 0
    for name, tensor in sorted(tensors.items()):
        size = tensor.numel() * 4
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)  # tensors start at a multiple of eight bytes
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for _, tensor in sorted(tensors.items()):
            file.write(tensor.numpy().astype("<f4", copy=False).tobytes())
