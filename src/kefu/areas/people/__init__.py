"""People: the units of the centre, who belongs where since when, and who takes calls under which name."""
