"""Every sentence a person reads, in English and Chinese, kept apart from the code."""

from incentive_engine.texts.catalogue import Entry, Language, add_texts, entry, fill, known_codes

__all__ = ["Entry", "Language", "add_texts", "entry", "fill", "known_codes"]
