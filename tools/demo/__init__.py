"""What tools/run is made of: the programs of a small merchant on one machine, and their folder."""
