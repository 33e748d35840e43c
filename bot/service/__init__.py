"""How a delivery is served: once, in turn, within limits, over HTTP or by a worker."""
