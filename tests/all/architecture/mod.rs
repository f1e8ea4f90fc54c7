//! The rules of ARCHITECTURE.md and CONTRIBUTING.md that a machine can check: arrows, circles, sizes, names, comments, the surface.
//! They read the source as text and run nothing of it.

mod arrows;
mod documents;
mod sizes;
mod source;
mod surface;
mod words;
