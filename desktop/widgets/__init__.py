"""Controls that several panels share; none of them knows a document."""
