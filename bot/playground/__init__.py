"""The playground: one local page with both platforms side by side, driven by the real adapters. Nothing is stored."""
