"""A centre on a computer: arrivals, patience, skills, shifts; a stream of primitive facts, the same for the same seed.

Read in this order: ``shapes`` (figures), ``centre`` (what a centre is), ``staffing`` (who works when), ``facts`` (what
comes out), ``floor`` (the event loop), then the writers ``queue_log`` and ``canonical``.
"""
