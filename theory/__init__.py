"""The numbers behind the lecture's theory; no page, no trained network."""
