"""How fast Evertill is: one file a figure, each measured beside its limit in the same run."""
