"""The window around the work: frame, docks, menus, actions, keys, welcome, strips, crash."""
