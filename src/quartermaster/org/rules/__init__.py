"""Pure decisions on plain values. Nothing here reads a table or a clock."""
