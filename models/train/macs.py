"""Prints parameters and multiply-accumulates of every part at 256×256: `python macs.py`."""

import torch
from torch import nn

from classes import CLASSES
from sizes import FACTOR
from text_encoder import WIDTH
from tokenizer import MAX_TOKENS
from unet import Attention, UNet
from vae import Autoencoder
from vpd import VPD


def count(module, run):
    """Returns the multiply-accumulates, in 1e9, of convolutions, linear layers and attention products during `run()`."""
    total = 0

    def convolution(layer, _, output):
        nonlocal total
        total += output.numel() * layer.weight[0].numel()

    def linear(layer, _, output):
        nonlocal total
        total += output.numel() * layer.in_features

    def attention(layer, inputs, _):
        nonlocal total
        pixels, context = inputs[0], inputs[1]
        if context.shape[1] > 1:
            total += 2 * pixels.numel() * context.shape[1]

    hooks = {nn.Conv2d: convolution, nn.Linear: linear, Attention: attention}
    handles = [part.register_forward_hook(hooks[type(part)]) for part in module.modules() if type(part) in hooks]
    with torch.no_grad():
        run()
    for handle in handles:
        handle.remove()
    return total / 1e9


def parameters(module):
    return sum(p.numel() for p in module.parameters()) / 1e6


def costs(height, width):
    """Returns the multiply-accumulates, in 1e9, of one forward pass on one picture of height × width pixels (multiples of 64): "encoder", "text", each task
    ("depth", "refer" for one expression, "segment": UNet and head) and "noise", the prediction of pre-training."""
    encoder, model, unet = Autoencoder().encoder.eval(), VPD().eval(), UNet().eval()
    pixels, latent = torch.zeros(1, 3, height, width), torch.zeros(1, 4, height // FACTOR, width // FACTOR)
    rows, step, context = torch.zeros(1, MAX_TOKENS, dtype=torch.long), torch.zeros(1, dtype=torch.long), torch.zeros(1, MAX_TOKENS, WIDTH)
    of_task = lambda name: count(model, lambda: model(name, latent, rows if name == "refer" else None))
    text = count(model.text, lambda: model.text(rows))
    return {
        "encoder": count(encoder, lambda: encoder(pixels)), "text": text, "depth": of_task("depth"), "refer": of_task("refer") - text,
        "segment": of_task("segment"), "noise": count(unet, lambda: unet(latent, step, context)),
    }


def main():
    autoencoder, model = Autoencoder().eval(), VPD().eval()
    pixels, latent, rows = torch.zeros(1, 3, 256, 256), torch.zeros(1, 4, 32, 32), torch.zeros(1, MAX_TOKENS, dtype=torch.long)
    features, maps = model.unet.perceive(latent, torch.zeros(1, MAX_TOKENS, WIDTH), True)
    print(f"encoder        {parameters(autoencoder.encoder):6.2f} M  {count(autoencoder.encoder, lambda: autoencoder.encoder(pixels)):6.3f} GMAC")
    print(f"text encoder   {parameters(model.text):6.2f} M  {count(model.text, lambda: model.text(rows)):6.3f} GMAC")
    for name, tokens in (("depth", 1), ("refer", MAX_TOKENS), ("segment", len(CLASSES))):
        context = torch.zeros(1, tokens, WIDTH)
        run = lambda context=context: model.unet.perceive(latent, context, context.shape[1] > 1)
        head = getattr(model, name).head
        heads = count(head, lambda: head(features, [m[:, :tokens] for m in maps] if name != "depth" else []))
        print(f"UNet, {name:8} {parameters(model.unet) - parameters(model.unet.out):6.2f} M  {count(model.unet, run):6.3f} GMAC")
        print(f"head, {name:8} {parameters(head):6.2f} M  {heads:6.3f} GMAC")


if __name__ == "__main__":
    main()
