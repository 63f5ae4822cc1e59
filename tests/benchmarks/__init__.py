"""Speed and memory against peers, printed as ratios measured in one run."""
