"""Long work in the background: started, watched, cancelled over the API; one change at a time."""
