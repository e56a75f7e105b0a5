"""What talks with the outside: files, telephone systems. I/O only, no decisions."""
