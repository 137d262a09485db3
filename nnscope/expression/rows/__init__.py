"""The rows of the table: functions, operators, and what only rules call."""
