"""What leaves nnscope: traces, arrays, scripts."""
