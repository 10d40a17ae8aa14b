//! The jackfield program: reads the command line and chooses a front.

fn main() {}
