"""The network that finds P, QRS and T: from labelled recordings to src/grade/waves/weights.ts."""
