"""What goes over the wire: the registry of sources, one spider, discovery, the raw archive. No database, no Dagster."""
