"""One file a version of `cache.db`, each made once and never changed."""
