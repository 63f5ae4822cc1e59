"""Statistical models: arrays and frames in, results out."""
