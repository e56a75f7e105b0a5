"""Tables partitioned by month of a local day: a migration operation, and partitions made when they are needed."""
