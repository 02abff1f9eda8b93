"""What a command shows: one output, its format chosen once; stdout is data, stderr is talk."""
