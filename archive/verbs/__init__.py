"""The archive's verbs, a file for each kind of work; ``archive.cli`` lists them."""
