"""One file a version of `journal.db`, each made once and never changed."""
