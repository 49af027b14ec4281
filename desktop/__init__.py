"""What a person sees and edits."""
