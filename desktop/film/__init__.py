"""A clip in the window: decoded ahead, played, looked through, exported."""
