"""Documents: their text as code points, sentences, passages, coverage and verification."""
