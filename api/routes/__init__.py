"""The routes of the HTTP API. Each is a plain function: the framework runs it in a thread, never in the event loop."""
