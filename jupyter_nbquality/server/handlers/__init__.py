"""The handlers, all thin: they read the request, ask the manager, write the reply."""
