"""What was asked, answered, decided and changed, by whom: append-only, each entry sealed with the one before it."""
