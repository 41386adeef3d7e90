"""How people write networks: the Python API, TOML specs, layers, losses, examples."""
