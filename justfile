# Faults in full, with figures; `cargo test` runs a twentieth.
faults:
    SAYDO_FAULTS=1 cargo test --release --lib changed_bits_tests:: -- --nocapture
    SAYDO_FAULTS=1 cargo test --release --test all -- faults postgres:: publish:: --nocapture --test-threads=1
