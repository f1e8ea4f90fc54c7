//! Tests of speech. Those of the rooms below are beside them.

mod gate;
