"""The people of the back office: who they are, how they sign in, and what each may see."""
