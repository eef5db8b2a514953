"""The handlers of the server part; thin: they read the request, ask the manager, write the reply."""
