"""A small version of CLIP's text transformer: Hugging Face names, causal, pre-norm, quick GELU."""

import torch
from torch import nn
from torch.nn import functional as F

from tokenizer import MAX_TOKENS, VOCABULARY, end_position

WIDTH, LAYERS, HEADS, HIDDEN = 128, 3, 4, 512


class SelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.k_proj = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.v_proj, self.out_proj = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        batch, tokens, _ = x.shape
        split = lambda y: y.view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x)), is_causal=True)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, tokens, WIDTH))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = SelfAttention()
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(WIDTH, HIDDEN), "fc2": nn.Linear(HIDDEN, WIDTH)})

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        hidden = self.mlp["fc1"](self.layer_norm2(x))
        return x + self.mlp["fc2"](hidden * torch.sigmoid(1.702 * hidden))


class TextEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = nn.ModuleDict({
            "token_embedding": nn.Embedding(len(VOCABULARY), WIDTH),
            "position_embedding": nn.Embedding(MAX_TOKENS, WIDTH),
        })
        nn.init.normal_(self.embeddings["token_embedding"].weight, std=0.3)
        nn.init.normal_(self.embeddings["position_embedding"].weight, std=0.02)
        self.encoder = nn.ModuleDict({"layers": nn.ModuleList([Layer() for _ in range(LAYERS)])})
        self.final_layer_norm = nn.LayerNorm(WIDTH)

    def forward(self, rows):
        """Returns the hidden states after the final norm, [batch, 32, 128], of int64 rows [batch, 32]."""
        x = self.embeddings["token_embedding"](rows) + self.embeddings["position_embedding"].weight
        for layer in self.encoder["layers"]:
            x = layer(x)
        return self.final_layer_norm(x)

    def sentence(self, rows):
        """Returns the hidden state at the first end token, [batch, 128]."""
        return self(rows)[torch.arange(len(rows)), end_position(rows.numpy())]
