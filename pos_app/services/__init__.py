"""The verbs of the till: what a cashier can do, each as one short call on the databases and rules."""
