"""From YAML files to a checked catalogue."""
