"""Documents of people: read into pieces with their place in the text, ready to be passages."""
