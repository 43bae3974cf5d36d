"""Reading the exports that people have into conversations: pure, in a process of its own."""
