"""What stands in for a cross-encoder: one that judges by its own taste, and one made in a second, without training."""

import hashlib

import numpy as np


class FakeReranker:
    """Every pair of a question and a text has the score that its digest tells; keeps what it was asked."""

    name = "fake"

    def __init__(self):
        self.met = []

    def scores(self, query, texts):
        self.met.append((query, tuple(texts)))
        return np.array([_taste(f"{query}\n{text}") for text in texts], dtype=np.float32)


def _taste(pair):
    return int.from_bytes(hashlib.sha256(pair.encode()).digest()[:4], "little") / 2**32


def made_cross_encoder(folder, labels=1):
    """A tiny BERT with weights by chance, the same every time, saved as a cross-encoder with a tokenizer of letters."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz0123456789абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'$"
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    pieces = [*marks.values(), *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=marks["unk_token"]))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **marks).save_pretrained(folder)
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=labels,
        initializer_range=1.0,
        sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"},  # as those of MS MARCO say
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
