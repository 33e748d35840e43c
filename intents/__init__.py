"""Which entry a message means: pure functions and small classes, with no platform, network or clock."""
