"""Several processes that serve as one: a supervisor, and the meters of all of them together."""
