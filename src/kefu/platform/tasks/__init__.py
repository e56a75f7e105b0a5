"""One work item for every room: whose it is, by when, what was done, who checked."""
