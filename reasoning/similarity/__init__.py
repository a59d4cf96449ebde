"""What is like what: things that hang together with the same things, substitutes, and relations that may be missing."""
