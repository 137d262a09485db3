"""What a program is: its lines, its values, and the roles of its lines."""
